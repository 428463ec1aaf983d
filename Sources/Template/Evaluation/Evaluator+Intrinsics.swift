import Digests
import JSONValue

extension Evaluator {
    /// Works out one intrinsic function.
    func apply(_ key: String, _ argument: JSONValue, at path: String, argumentPath: String) -> LocatedValue {
        switch key {
        case "Ref": reference(argument, at: path)
        case "Fn::GetAtt": attribute(argument, at: path)
        case "Fn::Sub": substitute(argument, at: path, argumentPath)
        case "Fn::Join": join(argument, at: path, argumentPath)
        case "Fn::Select": select(argument, at: path, argumentPath)
        case "Fn::Split": split(argument, at: path, argumentPath)
        case "Fn::If": choose(argument, at: path, argumentPath)
        case "Fn::FindInMap": find(argument, at: path, argumentPath)
        case "Fn::Base64": base64(argument, at: path, argumentPath)
        case "Fn::ImportValue": importValue(argument, at: path, argumentPath)
        case "Fn::GetAZs":
            LocatedValue(content: .list(["a", "b", "c"].map { .string(cloud.region + $0, path) }), path: path)
        case "Fn::Length": length(argument, at: path, argumentPath)
        case "Fn::ToJsonString": .string(evaluate(argument, at: argumentPath).json.text(), path)
        case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
            fault(path, "'\(key)' belongs into Conditions; in a property, use 'Fn::If' with a condition's name.")
        default: fault(path, "'\(key)' is not an intrinsic function that is supported.")
        }
    }

    /// The arguments of a function that takes a list of a certain length.
    private func arguments(
        _ argument: JSONValue, _ count: ClosedRange<Int>, of function: String, form: String, at path: String
    ) -> [JSONValue]? {
        if let list = argument.array, count.contains(list.count) { return list }
        diagnostics.error(path, "\(function) takes \(form).")
        return nil
    }

    private func join(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let form = "a delimiter and a list: [\",\", [\"a\", \"b\"]]"
        guard let parts = arguments(argument, 2...2, of: "Fn::Join", form: form, at: path) else {
            return .invalid(path)
        }
        guard let delimiter = parts[0].string else { return fault(path, "Fn::Join takes \(form).") }
        let list = evaluate(parts[1], at: argumentPath + "/1")
        if list.isInvalid { return .invalid(path) }
        guard let elements = list.list else { return fault(path, "Fn::Join takes \(form), not \(list.kind).") }
        if elements.contains(where: \.isInvalid) { return .invalid(path) }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else {
                return fault(element.path, "Fn::Join joins strings, not \(element.kind).")
            }
            texts.append(text)
        }
        return .string(texts.joined(separator: delimiter), path)
    }

    private func select(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let form = "an index and a list: [0, [\"a\", \"b\"]]"
        guard let parts = arguments(argument, 2...2, of: "Fn::Select", form: form, at: path) else {
            return .invalid(path)
        }
        let index = evaluate(parts[0], at: argumentPath + "/0")
        let list = evaluate(parts[1], at: argumentPath + "/1")
        if index.isInvalid || list.isInvalid { return .invalid(path) }
        guard let place = index.int, let elements = list.list else { return fault(path, "Fn::Select takes \(form).") }
        guard elements.indices.contains(place) else {
            return fault(path, "Fn::Select cannot select element \(place) of a list of \(elements.count).")
        }
        return elements[place]
    }

    private func split(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let form = "a delimiter and a string: [\",\", \"a,b\"]"
        guard let parts = arguments(argument, 2...2, of: "Fn::Split", form: form, at: path) else {
            return .invalid(path)
        }
        let source = evaluate(parts[1], at: argumentPath + "/1")
        if source.isInvalid { return .invalid(path) }
        guard let delimiter = parts[0].string, !delimiter.isEmpty, let text = source.text else {
            return fault(path, "Fn::Split takes \(form).")
        }
        return LocatedValue(content: .list(text.split(on: delimiter).map { .string($0, path) }), path: path)
    }

    private func choose(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let form = "the name of a condition, a value if it is met and one if it is not"
        guard let parts = arguments(argument, 3...3, of: "Fn::If", form: form, at: path) else { return .invalid(path) }
        guard let name = parts[0].string else { return fault(path, "Fn::If takes \(form).") }
        guard let isMet = decide(name, at: argumentPath + "/0") else { return .invalid(path) }
        let place = isMet ? 1 : 2
        return evaluate(parts[place], at: "\(argumentPath)/\(place)")
    }

    private func find(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let form = "the name of a mapping and two keys"
        guard let parts = arguments(argument, 3...4, of: "Fn::FindInMap", form: form, at: path) else {
            return .invalid(path)
        }
        var keys: [String] = []
        for (index, part) in parts.prefix(3).enumerated() {
            let key = evaluate(part, at: "\(argumentPath)/\(index)")
            if key.isInvalid { return .invalid(path) }
            guard let text = key.text else { return fault(path, "Fn::FindInMap takes \(form).") }
            keys.append(text)
        }
        let found = mappings[keys[0]]?[keys[1]]?[keys[2]]
        if let found {
            let place = "/Mappings".appending(step: keys[0]).appending(step: keys[1]).appending(step: keys[2])
            return evaluate(found, at: place)
        }
        if parts.count == 4, let fallback = parts[3]["DefaultValue"] {
            return evaluate(fallback, at: argumentPath + "/3/DefaultValue")
        }
        let missing =
            mappings[keys[0]] == nil
            ? "there is no mapping '\(keys[0])'"
            : "mapping '\(keys[0])' holds nothing under '\(keys[1])', '\(keys[2])'"
        return fault(path, "Fn::FindInMap finds no value: \(missing).")
    }

    private func base64(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let source = evaluate(argument, at: argumentPath)
        if source.isInvalid { return .invalid(path) }
        guard let text = source.text else { return fault(path, "Fn::Base64 takes a string, not \(source.kind).") }
        return .string(Base64.encode(Array(text.utf8)), path)
    }

    private func importValue(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let source = evaluate(argument, at: argumentPath)
        if source.isInvalid { return .invalid(path) }
        guard let name = source.text else { return fault(path, "Fn::ImportValue takes a name, not \(source.kind).") }
        if let value = cloud.imports[name] { return .string(value, path) }
        return fault(path, "No export named '\(name)' found: other stacks' exports must be given to the local cloud.")
    }

    private func length(_ argument: JSONValue, at path: String, _ argumentPath: String) -> LocatedValue {
        let source = evaluate(argument, at: argumentPath)
        if source.isInvalid { return .invalid(path) }
        guard let list = source.list else { return fault(path, "Fn::Length takes a list, not \(source.kind).") }
        return LocatedValue(content: .number(String(list.count)), path: path)
    }
}

extension String {
    /// The parts between the places where a delimiter stands, empty ones too.
    func split(on delimiter: String) -> [String] {
        let text = Array(utf8)
        let mark = Array(delimiter.utf8)
        var parts: [String] = []
        var start = 0
        var at = 0
        while at + mark.count <= text.count {
            if text[at] == mark[0], text[at..<at + mark.count].elementsEqual(mark) {
                parts.append(String(decoding: text[start..<at], as: UTF8.self))
                at += mark.count
                start = at
            } else {
                at += 1
            }
        }
        return parts + [String(decoding: text[start...], as: UTF8.self)]
    }
}
