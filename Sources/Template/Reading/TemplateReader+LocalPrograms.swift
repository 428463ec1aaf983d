import JSONValue

/// `Metadata.Darkroom`, of the template and of functions: see ``LocalProgram``.
extension TemplateReader {
    private static let metadataPath = "/Metadata/Darkroom"

    func assignLocalPrograms(_ resources: [ResourceEntry]) {
        let packages = readShared()
        for index in template.functions.indices {
            let function = template.functions[index]
            guard let entry = resources.first(where: { $0.logicalID == function.logicalID }) else { continue }
            if let own = ownProgram(of: function, entry) {
                template.functions[index].localProgram = own
            } else if let packages, !packages.contains(where: { $0.holdsCode(of: function) }) {
                template.functions[index].localProgram = .packaged
            }
        }
    }

    /// Reads what holds for the whole template.
    ///
    /// - Returns: the packages that the shared program is in; nil where it stands in for every function.
    private func readShared() -> [ProgramPackage]? {
        guard let members = members(root["Metadata"], Self.metadataPath, known: ["Bootstrap", "Package", "TokenKeys"])
        else {
            return nil
        }
        let place = Self.metadataPath + "/Bootstrap"
        if let value = members["Bootstrap"] {
            template.sharedProgram = path(value, place, "Bootstrap must be the path of a program")
        }
        if let value = members["Package"] { return declaredPackages(value) }
        guard let name = template.sharedProgram?.split(separator: "/").last else { return nil }
        let inferred = ProgramPackage.named("\(name).zip")
        return template.functions.contains(where: inferred.holdsCode) ? [inferred] : nil
    }

    private func declaredPackages(_ value: JSONValue) -> [ProgramPackage] {
        let place = Self.metadataPath + "/Package"
        let sentence = "Package must be the CodeUri of functions, or a list of such"
        let elements = value.array.map { list in list.enumerated().map { ($1, place.appending(step: "\($0)")) } }
        return (elements ?? [(value, place)]).compactMap { value, place in
            guard let text = path(value, place, sentence) else { return nil }
            let package = ProgramPackage.at(ProgramPackage.normal(text))
            if !template.functions.contains(where: package.holdsCode) {
                diagnostics.warning(place, "No function of a provided runtime has the CodeUri '\(text)'.")
            }
            return package
        }
    }

    /// What a function says for itself; nil where it says nothing.
    private func ownProgram(of function: FunctionDefinition, _ entry: ResourceEntry) -> LocalProgram? {
        let place = entry.path + Self.metadataPath
        guard let members = members(entry.body["Metadata"], place, known: ["Bootstrap"]),
            let value = members["Bootstrap"]
        else { return nil }
        guard function.isProvided else {
            diagnostics.warning(
                place + "/Bootstrap",
                "A program runs functions of provided runtimes only: that of '\(entry.logicalID)' is "
                    + "'\(function.runtime)', and what its CodeUri holds runs.")
            return .packaged
        }
        if value.bool == false { return .packaged }
        return path(value, place + "/Bootstrap", "Bootstrap must be the path of a program, or false for the CodeUri")
            .map { .own(path: $0) }
    }

    private func members(_ metadata: JSONValue?, _ place: String, known: Set<String>) -> JSONObject? {
        guard let value = metadata?["Darkroom"] else { return nil }
        guard let members = value.object else {
            diagnostics.error(place, "Darkroom must be an object, not \(value.located(at: place).kind).")
            return nil
        }
        for key in members.keys where !known.contains(key) {
            let hint = Spelling.nearest(to: key, in: known).map { "; did you mean '\($0)'?" } ?? "."
            diagnostics.warning(place.appending(step: key), "'\(key)' has no meaning here\(hint)")
        }
        return members
    }

    private func path(_ value: JSONValue, _ place: String, _ sentence: String) -> String? {
        if let text = value.string, !text.isEmpty { return text }
        let found = value.string == nil ? value.located(at: place).kind : "an empty string"
        diagnostics.error(place, "\(sentence), not \(found).")
        return nil
    }
}

/// What a program is packaged in, as functions refer to it.
private enum ProgramPackage {
    /// A zip of this name in whatever folder.
    case named(String)
    /// This path, in its shortest form.
    case at(String)

    func holdsCode(of function: FunctionDefinition) -> Bool {
        guard function.isProvided, case .path(let path) = function.code else { return false }
        return switch self {
        case .named(let name): path.split(separator: "/").last.map { $0 == name } ?? false
        case .at(let place): Self.normal(path) == place
        }
    }

    /// Without `.` and empty steps, so that `./dist//app.zip` is `dist/app.zip`.
    static func normal(_ path: String) -> String {
        let steps = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
    }
}

extension FunctionDefinition {
    /// Whether the function brings its own `bootstrap`.
    public var isProvided: Bool { runtime.hasPrefix("provided") }
}
