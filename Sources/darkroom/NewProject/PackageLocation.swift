import Foundation

/// Where a new project gets LambdaRuntime from.
enum PackageLocation: Equatable {
    /// A folder on this machine, as an absolute path.
    case folder(String)
    /// A repository.
    case repository(String)

    /// What was asked for; else the package whose build folder the program is in.
    ///
    /// - Throws: ``NewProjectError``.
    init(_ asked: String?, program: String?) throws(NewProjectError) {
        guard let asked else {
            guard let folder = program.flatMap(Self.package(around:)) else { throw .unknownPackage }
            self = .folder(folder)
            return
        }
        if asked.contains("://") || asked.hasPrefix("git@") {
            self = .repository(asked)
            return
        }
        let folder = URL(fileURLWithPath: asked).standardizedFileURL.path
        guard Self.isPackage(folder) else { throw .notAPackage(path: folder) }
        self = .folder(folder)
    }

    private static func package(around program: String) -> String? {
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        while folder.path != "/" {
            if isPackage(folder.path), FileManager.default.fileExists(atPath: folder.path + "/Sources/LambdaRuntime") {
                return folder.path
            }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    private static func isPackage(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/Package.swift")
    }

    /// The package as a dependency in Package.swift.
    var dependency: String {
        switch self {
        case .folder(let path): ".package(name: \"darkroom\", path: \(Self.literal(path)))"
        case .repository(let url): ".package(url: \(Self.literal(url)), branch: \"main\")"
        }
    }

    /// What the products' `package:` has to say: the name that is given, or what SwiftPM makes of a URL.
    var identity: String {
        switch self {
        case .folder: return "darkroom"
        case .repository(let url):
            let last = url.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? url
            return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
        }
    }

    /// The folder that the package's scripts are in once the project was resolved, for a Makefile.
    var scripts: String {
        switch self {
        case .folder(let path): path.replacingOccurrences(of: "$", with: "$$") + "/Scripts"
        case .repository: ".build/checkouts/\(identity)/Scripts"
        }
    }

    /// A string literal of Swift.
    static func literal(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }
}
