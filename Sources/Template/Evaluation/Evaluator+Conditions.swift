import JSONValue

extension Evaluator {
    /// Whether a named condition is met; nil when it cannot be decided, which has been reported.
    func decide(_ name: String, at path: String) -> Bool? {
        if let known = decided[name] { return known }
        guard let condition = conditions[name] else {
            diagnostics.error(path, "There is no condition '\(name)' in Conditions.")
            return nil
        }
        let place = "/Conditions".appending(step: name)
        if let start = deciding.firstIndex(of: name) {
            let cycle = (deciding[start...] + [name]).joined(separator: " → ")
            diagnostics.error(place, "Circular dependency between conditions: \(cycle).")
            return nil
        }
        guard deciding.count < 64 else {
            diagnostics.error(place, "Conditions refer to one another over more than 64 steps.")
            return nil
        }
        deciding.append(name)
        let result = decide(condition, at: place)
        deciding.removeLast()
        decided[name] = .some(result)
        return result
    }

    /// Every condition, so that a fault in one that nothing uses is found as well.
    func decideAll() {
        for name in conditions.keys { _ = decide(name, at: "/Conditions".appending(step: name)) }
    }

    private func decide(_ condition: JSONValue, at path: String) -> Bool? {
        guard let members = condition.object, members.count == 1, let function = members.keys.first,
            let argument = members.values.first
        else {
            diagnostics.error(path, "A condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.")
            return nil
        }
        let place = path.appending(step: function)
        switch function {
        case "Condition":
            guard let name = argument.string else { break }
            return decide(name, at: place)
        case "Fn::Equals":
            guard let sides = argument.array, sides.count == 2 else { break }
            let left = evaluateWithoutResources(sides[0], at: place + "/0")
            let right = evaluateWithoutResources(sides[1], at: place + "/1")
            if left.isInvalid || right.isInvalid { return nil }
            if let left = left.text, let right = right.text { return left == right }
            return left.json == right.json
        case "Fn::Not":
            guard let parts = argument.array, parts.count == 1 else { break }
            return decide(parts[0], at: place + "/0").map { !$0 }
        case "Fn::And", "Fn::Or":
            guard let parts = argument.array, (2...10).contains(parts.count) else { break }
            let results = parts.enumerated().map { decide($0.element, at: "\(place)/\($0.offset)") }
            if results.contains(nil) { return nil }
            return function == "Fn::And" ? !results.contains(false) : results.contains(true)
        default:
            diagnostics.error(path, "'\(function)' is not a function for conditions.")
            return nil
        }
        let forms = [
            "Condition": "the name of a condition", "Fn::Equals": "two values", "Fn::Not": "a list of one condition",
            "Fn::And": "2 to 10 conditions", "Fn::Or": "2 to 10 conditions",
        ]
        diagnostics.error(path, "\(function) takes \(forms[function] ?? "other arguments").")
        return nil
    }

    /// Conditions are decided before there are resources, so they can only see parameters and mappings.
    private func evaluateWithoutResources(_ value: JSONValue, at path: String) -> LocatedValue {
        let hidden = (resources, generated)
        (resources, generated) = ([:], [:])
        defer { (resources, generated) = hidden }
        return evaluate(value, at: path)
    }
}
