import CloudCore
import Digests
import Foundation
import Synchronization

/// Where functions' code is made ready to run: archives are unpacked once for each content, into the store.
final class CodeStore: Sendable {
    private let folder: String
    private let interpreter: String?
    private let hostPath: String?
    /// One at a time: two deployments of one archive must not unpack it into the same place at once.
    private let unpacking = Mutex<Void>(())

    init(folder: String, interpreter: String?, hostPath: String?) {
        self.folder = folder
        self.interpreter = interpreter
        self.hostPath = hostPath
    }

    /// Makes a function's code ready.
    ///
    /// - Throws: ``ServiceError`` where it cannot be.
    func prepare(_ function: FunctionConfiguration) throws(ServiceError) -> FunctionCode {
        let location = function.code
        let taskRoot: String
        var program: String
        var size = 0
        var sha256 = ""
        switch location {
        case .zip(let path):
            let archive: Data
            do {
                archive = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
            } catch {
                throw LambdaErrors.invalidZip("The archive \(path) cannot be read: \(error.localizedDescription)")
            }
            (taskRoot, sha256) = try unpack(archive)
            size = archive.count
            program = taskRoot + "/bootstrap"
        case .directory(let path):
            taskRoot = Self.absolute(path)
            program = taskRoot + "/bootstrap"
        case .executable(let path):
            program = Self.absolute(path)
            taskRoot = (program as NSString).deletingLastPathComponent
        }
        var arguments = [program]
        var watched: [String] = [program]
        if function.isPython {
            program = PythonLauncher.interpreter(for: function.runtime, configured: interpreter, path: hostPath)
            arguments = [program, "-c", PythonLauncher.program, function.handler]
            // `package.module.function` or `package/module.function`: the module's file is what a person edits.
            let module = function.handler.split(separator: ".").dropLast().joined(separator: "/")
            watched = ["\(taskRoot)/\(module).py"]
        }
        if case .zip(let path) = location { watched = [path] }
        if size == 0, case .executable = location {
            size = (try? FileManager.default.attributesOfItem(atPath: program)[.size] as? Int) ?? 0
        }
        var extensionsFolder: String? = taskRoot + "/extensions"
        // What lies beside a build's product is not the function's.
        if case .executable = location { extensionsFolder = nil }
        var code = FunctionCode(
            taskRoot: taskRoot, executable: program, arguments: arguments, extensionsFolder: extensionsFolder,
            watched: watched, size: size, sha256: sha256)
        if case .directory = location { code.watched += code.extensions }
        return code
    }

    /// Keeps an archive that came through the API. Returns where.
    func keep(_ archive: Data) throws(ServiceError) -> String {
        let path = "\(folder)/\(Hex.encode(Digest.of(archive, .sha256))).zip"
        do {
            // Read before it is accepted: a function whose code cannot be unpacked is refused at once.
            _ = try ZipArchive(archive)
            if !FileManager.default.fileExists(atPath: path) {
                try archive.write(to: URL(fileURLWithPath: path), options: .atomic)
            }
        } catch let error as ZipArchiveError {
            throw LambdaErrors.invalidZip(
                "Could not unzip uploaded file. Please check your file, then try to upload "
                    + "again: \(error).")
        } catch {
            throw LambdaErrors.service(UnexpectedFailure.message(for: error))
        }
        return path
    }

    /// Keeps code as it is now: what a published version runs does not change when a program is built anew.
    ///
    /// - Returns: a place in the store, the same for the same code.
    /// - Throws: ``ServiceError`` where it cannot be read.
    func freeze(_ location: CodeLocation) throws(ServiceError) -> CodeLocation {
        do {
            switch location {
            case .zip(let path):
                if path.hasPrefix(folder + "/") { return location }
                return .zip(path: try keep(Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)))
            case .executable(let path):
                let program = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
                return .directory(
                    path: try frozen(Digest.of(program, .sha256)) { aside in
                        try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
                        try program.write(to: URL(fileURLWithPath: aside + "/bootstrap"))
                        try FileManager.default.setAttributes(
                            [.posixPermissions: 0o755], ofItemAtPath: aside + "/bootstrap")
                    })
            case .directory(let path):
                return .directory(
                    path: try frozen(try Self.digest(ofFolder: path)) { aside in
                        try FileManager.default.copyItem(atPath: path, toPath: aside)
                    })
            }
        } catch let error as ServiceError {
            throw error
        } catch {
            throw LambdaErrors.service("The code at \(location.path) cannot be kept: \(error.localizedDescription)")
        }
    }

    /// The folder of a content; made aside and renamed where it is not there.
    private func frozen(_ digest: [UInt8], _ make: (String) throws -> Void) throws -> String {
        let root = "\(folder)/frozen-\(Hex.encode(digest))"
        try unpacking.withLock { _ in
            if FileManager.default.fileExists(atPath: root) { return }
            let aside = root + ".unpacking"
            try? FileManager.default.removeItem(atPath: aside)
            do {
                try make(aside)
                try FileManager.default.moveItem(atPath: aside, toPath: root)
            } catch {
                try? FileManager.default.removeItem(atPath: aside)
                throw error
            }
        }
        return root
    }

    /// A digest of the names and contents of all files in a folder.
    private static func digest(ofFolder path: String) throws -> [UInt8] {
        var listing = ""
        let names = (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).sorted()
        for name in names {
            let file = "\(path)/\(name)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let content = try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
            listing += "\(Hex.encode(Digest.of(content, .sha256))) \(name)\n"
        }
        return Digest.of(listing.utf8, .sha256)
    }

    private func unpack(_ archive: Data) throws(ServiceError) -> (taskRoot: String, sha256: String) {
        let digest = Digest.of(archive, .sha256)
        let root = "\(folder)/\(Hex.encode(digest))"
        let outcome: Result<Void, any Error> = unpacking.withLock { _ in
            Result {
                if FileManager.default.fileExists(atPath: root) { return }
                // Unpacked aside and renamed: a folder of the right name is always whole.
                let aside = root + ".unpacking"
                try? FileManager.default.removeItem(atPath: aside)
                try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
                do {
                    try ZipArchive(archive).unpack(into: aside)
                    try FileManager.default.moveItem(atPath: aside, toPath: root)
                } catch {
                    try? FileManager.default.removeItem(atPath: aside)
                    throw error
                }
            }
        }
        switch outcome {
        case .success: return (root, Base64.encode(digest))
        case .failure(let error as ZipArchiveError):
            throw LambdaErrors.invalidZip(
                "Could not unzip uploaded file. Please check your file, then try to upload "
                    + "again: \(error).")
        case .failure(let error):
            throw LambdaErrors.service("The archive cannot be unpacked: \(error.localizedDescription)")
        }
    }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
