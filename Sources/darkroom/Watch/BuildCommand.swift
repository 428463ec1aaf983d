import Foundation
import JSONValue

/// The command that builds the functions' program, and how it went.
struct BuildCommand: Sendable {
    /// What came of a build.
    struct Outcome: Sendable {
        var succeeded: Bool
        /// What the command wrote, the end of it where it is long.
        var output: String
        var duration: Duration
    }

    private static let outputLimit = 256 * 1024

    /// For `/bin/sh`.
    var command: String
    /// Where it runs.
    var directory: String

    /// The command that builds the programs which a template names, for all its functions or for one; nil where none is
    /// SwiftPM's.
    init?(forTemplate path: String, in directory: String) {
        guard let bytes = FileManager.default.contents(atPath: path), let template = try? JSONValue(parsing: bytes)
        else { return nil }
        let sections = [template] + (template["Resources"]?.object ?? [:]).map { $0.value }
        var builds: [String] = []
        for program in sections.compactMap({ $0["Metadata"]?["Darkroom"]?["Bootstrap"]?.string }) {
            guard let build = Self.build(of: program), !builds.contains(build) else { continue }
            builds.append(build)
        }
        guard !builds.isEmpty else { return nil }
        self.init(command: builds.joined(separator: " && "), directory: directory)
    }

    private static func build(of program: String) -> String? {
        let parts = program.split(separator: "/").map(String.init)
        guard let build = parts.lastIndex(of: ".build"), let product = parts.last, parts.count > build + 2 else {
            return nil
        }
        let configuration = parts.contains("release") ? "release" : "debug"
        let quoted = "'" + product.replacingOccurrences(of: "'", with: "'\\''") + "'"
        return "swift build -c \(configuration) --product \(quoted)"
    }

    /// A command of one's own.
    init(command: String, directory: String) {
        self.command = command
        self.directory = directory
    }

    /// Runs it to its end; when the task is cancelled, it is told to end.
    func run() async -> Outcome {
        let began = ContinuousClock.now
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = URL(fileURLWithPath: directory, isDirectory: true)
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
        } catch {
            return Outcome(succeeded: false, output: "\(error.localizedDescription)", duration: .zero)
        }
        let (number, reading) = (process.processIdentifier, pipe.fileHandleForReading)
        let output = await withTaskCancellationHandler {
            await Self.read(reading)
        } onCancel: {
            // The whole group: the shell's children are what does the work.
            if kill(-number, SIGTERM) != 0 { kill(number, SIGTERM) }
        }
        process.waitUntilExit()
        return Outcome(
            succeeded: process.terminationReason == .exit && process.terminationStatus == 0, output: output,
            duration: ContinuousClock.now - began)
    }

    private static func read(_ handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var output = Data()
                while let piece = try? handle.read(upToCount: 65_536), !piece.isEmpty {
                    output.append(piece)
                    if output.count > 2 * outputLimit { output = output.suffix(outputLimit) }
                }
                continuation.resume(returning: String(decoding: output.suffix(outputLimit), as: UTF8.self))
            }
        }
    }
}
