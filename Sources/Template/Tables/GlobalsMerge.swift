import JSONValue

/// Merges `Globals` into resources as SAM does: maps member by member, lists one behind the other with the global part
/// first, anything else (intrinsic functions included) is replaced by what the resource says.
///
/// Works on values that still know where they were written, before intrinsic functions are worked out.
enum GlobalsMerge {
    /// The section of `Globals` for a type.
    static let sections: [ResourceType: String] = [
        .serverlessFunction: "Function", .serverlessAPI: "Api", .serverlessHTTPAPI: "HttpApi",
        .simpleTable: "SimpleTable",
    ]

    /// Evaluates both sides and merges them.
    static func properties(
        of entry: ResourceEntry, globals: JSONObject, evaluator: Evaluator
    ) -> LocatedValue {
        let local = entry.properties
        guard let type = entry.type, let section = sections[type], let global = globals[section],
            let kept = withoutIgnored(global, entry)
        else { return evaluator.evaluate(local, at: entry.propertiesPath) }
        return merge(kept, "/Globals/\(section)", local, entry.propertiesPath, evaluator)
    }

    private static func withoutIgnored(_ global: JSONValue, _ entry: ResourceEntry) -> JSONValue? {
        switch entry.body["IgnoreGlobals"] {
        case .string("*"): return nil
        case .array(let names):
            guard var members = global.object else { return global }
            for name in names { if let name = name.string { members[name] = nil } }
            return .object(members)
        default: return global
        }
    }

    private static func merge(
        _ global: JSONValue, _ globalPath: String, _ local: JSONValue, _ localPath: String, _ evaluator: Evaluator
    ) -> LocatedValue {
        switch (global, local) {
        case (.object(let left), .object(let right)) where !isIntrinsic(left) && !isIntrinsic(right):
            var members: [(key: String, value: LocatedValue)] = []
            for (key, value) in left {
                let path = globalPath.appending(step: key)
                let merged =
                    right[key].map { merge(value, path, $0, localPath.appending(step: key), evaluator) }
                    ?? evaluator.evaluate(value, at: path)
                if !merged.isAbsent { members.append((key, merged)) }
            }
            for (key, value) in right where !left.contains(key) {
                let evaluated = evaluator.evaluate(value, at: localPath.appending(step: key))
                if !evaluated.isAbsent { members.append((key, evaluated)) }
            }
            return LocatedValue(content: .map(members), path: localPath)
        case (.array, .array):
            let lists = [evaluator.evaluate(global, at: globalPath), evaluator.evaluate(local, at: localPath)]
            return LocatedValue(content: .list(lists.flatMap { $0.list ?? [] }), path: localPath)
        default:
            return evaluator.evaluate(local, at: localPath)
        }
    }

    private static func isIntrinsic(_ members: JSONObject) -> Bool {
        members.count == 1 && members.keys.first.map { Evaluator.isIntrinsic($0) || $0 == "Condition" } == true
    }
}
