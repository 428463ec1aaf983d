import JSONValue

/// Works out intrinsic functions: parameters, conditions, mappings and references between resources.
///
/// One is made for one reading of one template, and used by one thread.
final class Evaluator {
    let cloud: DeploymentTarget
    let diagnostics: DiagnosticCollector
    let conditions: JSONObject
    let mappings: JSONObject
    var parameters: [String: LocatedValue] = [:]
    var resources: [String: ResourceEntry] = [:]
    /// What SAM makes of functions and APIs under names of its own, as `UploadRole`: what `Ref` and `GetAtt` give.
    var generated: [String: [String: String]] = [:]
    /// The logical ids of the APIs; the first is served at the gateway's plain address.
    var apiOrder: [String] = []
    /// The APIs' logical ids by their identifiers.
    var apiIDs: [String: String] = [:]

    /// Decided conditions; nil stands for one that could not be.
    var decided: [String: Bool?] = [:]
    var deciding: [String] = []
    var names: [String: String] = [:]
    private var naming: Set<String> = []
    private var depth = 0

    init(root: JSONObject, cloud: DeploymentTarget, diagnostics: DiagnosticCollector) {
        self.cloud = cloud
        self.diagnostics = diagnostics
        conditions = root["Conditions"]?.object ?? [:]
        mappings = root["Mappings"]?.object ?? [:]
    }

    /// Values nest as deeply as the parser lets them; each level costs a few frames here.
    func evaluate(_ value: JSONValue, at path: String) -> LocatedValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 128 else { return fault(path, "Values are nested deeper than 128 levels.") }
        switch value {
        case .null: return LocatedValue(content: .null, path: path)
        case .bool(let flag): return LocatedValue(content: .bool(flag), path: path)
        case .number(let text): return LocatedValue(content: .number(text), path: path)
        case .string(let text): return .string(text, path)
        case .array(let elements):
            let values = elements.enumerated().map { evaluate($0.element, at: "\(path)/\($0.offset)") }
            return LocatedValue(content: .list(values.filter { !$0.isAbsent }), path: path)
        case .object(let members):
            if let key = members.keys.first, let argument = members.values.first, Self.isIntrinsic(key) {
                guard members.count == 1 else {
                    return fault(path, "'\(key)' must stand alone in its object, without other members beside it.")
                }
                return apply(key, argument, at: path, argumentPath: path.appending(step: key))
            }
            var values: [(key: String, value: LocatedValue)] = []
            for (key, member) in members {
                let evaluated = evaluate(member, at: path.appending(step: key))
                if !evaluated.isAbsent { values.append((key, evaluated)) }
            }
            return LocatedValue(content: .map(values), path: path)
        }
    }

    static func isIntrinsic(_ key: String) -> Bool { key == "Ref" || key.hasPrefix("Fn::") }

    func fault(_ path: String, _ message: String) -> LocatedValue {
        diagnostics.error(path, message)
        return .invalid(path)
    }

    /// The name of a resource: its own, or one made from the stack's name and the logical id.
    func name(of entry: ResourceEntry) -> String {
        if let name = names[entry.logicalID] { return name }
        let isFIFO = entry.type == .queue && entry.properties["FifoQueue"] == true
        let derived = ResourceNaming.derived(
            stack: cloud.stackName, logicalID: entry.logicalID, type: entry.type, isFIFO: isFIFO)
        // A name that leads back to itself is reported as a cycle between resources.
        guard naming.insert(entry.logicalID).inserted else { return derived }
        defer { naming.remove(entry.logicalID) }
        var name = derived
        if let property = entry.type?.nameProperty, let written = entry.properties[property] {
            let path = entry.propertiesPath.appending(step: property)
            let value = evaluate(written, at: path)
            if let text = value.text {
                name = text
            } else if !value.isInvalid, !value.isAbsent {
                diagnostics.error(path, "\(property) of '\(entry.logicalID)' must be a string, not \(value.kind).")
            }
        }
        names[entry.logicalID] = name
        return name
    }

    /// Whether a resource's condition lets it exist. One that could not be decided counts as met, so that what is wrong
    /// with the resource is found as well.
    func exists(_ entry: ResourceEntry) -> Bool {
        guard let condition = entry.condition else { return true }
        return decide(condition, at: entry.path + "/Condition") ?? true
    }
}
