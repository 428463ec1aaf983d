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

    /// The command that builds the program which a template names; nil where that is none of SwiftPM's.
    init?(forTemplate path: String, in directory: String) {
        guard let bytes = FileManager.default.contents(atPath: path), let template = try? JSONValue(parsing: bytes),
            let program = template["Metadata"]?["Darkroom"]?["Bootstrap"]?.string
        else { return nil }
        let parts = program.split(separator: "/").map(String.init)
        guard let build = parts.lastIndex(of: ".build"), let product = parts.last, parts.count > build + 2 else {
            return nil
        }
        let configuration = parts.contains("release") ? "release" : "debug"
        let quoted = "'" + product.replacingOccurrences(of: "'", with: "'\\''") + "'"
        self.init(command: "swift build -c \(configuration) --product \(quoted)", directory: directory)
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
