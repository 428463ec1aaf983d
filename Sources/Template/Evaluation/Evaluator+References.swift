import JSONValue

extension Evaluator {
    func reference(_ argument: JSONValue, at path: String) -> LocatedValue {
        guard let name = argument.string else { return fault(path, "Ref takes a name, not \(argument.kind).") }
        return reference(to: name, at: path)
    }

    func attribute(_ argument: JSONValue, at path: String) -> LocatedValue {
        switch argument {
        case .string(let text):
            guard let dot = text.firstIndex(of: ".") else { break }
            return attribute(String(text[text.index(after: dot)...]), of: String(text[..<dot]), at: path)
        case .array(let parts) where parts.count == 2:
            guard let resource = parts[0].string else { break }
            let name = evaluate(parts[1], at: path + "/Fn::GetAtt/1")
            if name.isInvalid { return .invalid(path) }
            guard let text = name.text else { break }
            return attribute(text, of: resource, at: path)
        default: break
        }
        return fault(path, "Fn::GetAtt takes a resource and an attribute: [\"Queue\", \"Arn\"].")
    }

    /// What `Ref` gives.
    func reference(to name: String, at path: String) -> LocatedValue {
        if name.hasPrefix("AWS::") { return pseudoParameter(name, at: path) }
        if let value = parameters[name] {
            // The value points at where it is used: that is the line that somebody has to look at.
            return LocatedValue(content: value.content, path: path)
        }
        if let entry = resources[name] {
            guard exists(entry) else { return leftOut(entry, at: path) }
            return .string(ResourceAttributes(of: entry, evaluator: self).reference, path)
        }
        if let made = generated[name]?["Ref"] { return .string(made, path) }
        return fault(
            path, "Unresolved resource dependency: '\(name)' is neither a parameter nor a resource\(hint(name)).")
    }

    /// What `Fn::GetAtt` gives.
    func attribute(_ attribute: String, of name: String, at path: String) -> LocatedValue {
        if let made = generated[name] {
            if let value = made[attribute] { return .string(value, path) }
            return fault(path, "'\(name)' has no attribute '\(attribute)'.")
        }
        guard let entry = resources[name] else {
            return fault(path, "Unresolved resource dependency: '\(name)' is not a resource\(hint(name)).")
        }
        guard exists(entry) else { return leftOut(entry, at: path) }
        let attributes = ResourceAttributes(of: entry, evaluator: self)
        if let value = attributes[attribute] { return .string(value, path) }
        guard entry.type == nil else {
            let known = String.enumerating(attributes.names)
            return fault(path, "'\(name)' (\(entry.typeName)) has no attribute '\(attribute)'; it has \(known).")
        }
        diagnostics.warning(path, "'\(name)' (\(entry.typeName)) is not emulated: its '\(attribute)' is made up.")
        return .string(attributes.invented(attribute), path)
    }

    private func leftOut(_ entry: ResourceEntry, at path: String) -> LocatedValue {
        fault(
            path,
            "Unresolved resource dependency: '\(entry.logicalID)' does not exist, because its condition "
                + "'\(entry.condition ?? "")' is not met.")
    }

    private func hint(_ name: String) -> String {
        let known = Array(parameters.keys) + Array(resources.keys)
        return Spelling.nearest(to: name, in: known).map { " of this template (did you mean '\($0)'?)" }
            ?? " of this template"
    }

    private func pseudoParameter(_ name: String, at path: String) -> LocatedValue {
        switch name {
        case "AWS::Region": .string(cloud.region, path)
        case "AWS::AccountId": .string(cloud.accountID, path)
        case "AWS::Partition": .string(cloud.partition, path)
        case "AWS::StackName": .string(cloud.stackName, path)
        case "AWS::StackId":
            .string(
                cloud.arn("cloudformation", "stack/\(cloud.stackName)/00000000-0000-0000-0000-000000000000"), path)
        case "AWS::URLSuffix": .string(cloud.urlSuffix, path)
        case "AWS::NotificationARNs": LocatedValue(content: .list([]), path: path)
        case "AWS::NoValue": LocatedValue(content: .absent, path: path)
        default: fault(path, "'\(name)' is not a pseudo parameter.")
        }
    }
}
