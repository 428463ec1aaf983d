import Foundation

/// A project with one function, as files.
struct NewProject {
    let name: ProjectName
    let package: PackageLocation
    /// The `darkroom` that the project's Makefile uses where none is on the path.
    let program: String?

    /// Writes the project into a folder of its own.
    ///
    /// - Throws: ``NewProjectError``; what is there already stays as it is.
    func write(in parent: String) throws(NewProjectError) {
        let root = URL(fileURLWithPath: parent).appendingPathComponent(name.text)
        guard !FileManager.default.fileExists(atPath: root.path) else { throw .exists(path: root.path) }
        for (path, contents) in files {
            let file = root.appendingPathComponent(path)
            do {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(contents.utf8).write(to: file, options: .withoutOverwriting)
            } catch { throw .unwritable(path: file.path, reason: error.localizedDescription) }
        }
        if case .folder(let folder) = package {
            // The versions that the package was tested with, which this machine has fetched already. Without the file
            // SwiftPM picks versions of its own.
            try? FileManager.default.copyItem(
                atPath: folder + "/Package.resolved", toPath: root.appendingPathComponent("Package.resolved").path)
        }
    }

    /// Every file, by its path in the project.
    var files: [(path: String, contents: String)] {
        [
            ("Package.swift", manifest), ("Sources/\(name.text)/main.swift", function), ("template.json", template),
            ("Events/hello.json", event), ("Events/hello.expected.json", expectation), ("Makefile", makefile),
            ("README.md", readme), (".gitignore", ".build/\n.build-static/\n.darkroom/\n.swiftpm/\ndist/\n"),
        ]
    }
}
