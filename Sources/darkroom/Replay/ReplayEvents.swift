import AWSClient
import ArgumentParser
import Foundation
import JSONValue
import Replay

/// Replays event files.
struct ReplayEvents {
    var paths: [String]
    var access: CloudAccess
    var json: Bool

    func run() async throws {
        let (replay, selection) = try readEvents()
        let width = try replay.sequence(selection).map(\.name.count).max() ?? 0
        let outcomes = try await access.withFunctions { functions in
            try await replay.run(selection) { function, event in
                let answer = try await functions.invoke(function, payload: event)
                return (answer.payload, answer.functionError)
            } report: { outcome in
                if !json { print(Self.line(outcome, width: width)) }
            }
        }
        let failed = outcomes.filter { !$0.faults.isEmpty }.count
        if json {
            print(JSONValue.array(outcomes.map(Self.object)).text(.pretty))
        } else {
            let compared = outcomes.filter(\.isCompared).count
            print("\n\(outcomes.count) events, \(compared) with expectations, \(failed) not as expected")
        }
        if failed > 0 { throw ExitCode(1) }
    }

    /// The events of all folders that are named or hold a named file, and which of them are wanted.
    private func readEvents() throws -> (Replay, [String]) {
        var files: [EventFile] = []
        var wanted: [String] = []
        var read: Set<String> = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw EventFileError.unreadable(path: path)
            }
            let url = URL(fileURLWithPath: path)
            let folder = isFolder.boolValue ? url.path : url.deletingLastPathComponent().path
            let inFolder = try EventFile.folder(folder)
            if read.insert(folder).inserted { files += inFolder }
            wanted += isFolder.boolValue ? inFolder.map(\.name) : [url.deletingPathExtension().lastPathComponent]
        }
        return (Replay(files), wanted)
    }

    private static func line(_ outcome: Replay.Outcome, width: Int) -> String {
        let name = outcome.name.padding(toLength: width, withPad: " ", startingAt: 0)
        let function = outcome.function.padding(toLength: 10, withPad: " ", startingAt: 0)
        let time = String(format: "%7.1f ms", Double(outcome.duration / .microseconds(1)) / 1000)
        let verdict = outcome.faults.isEmpty ? (outcome.isCompared ? "as expected" : "answered") : "DIFFERS"
        return (["\(name)  \(function) \(time)  \(verdict)"] + outcome.faults.map { "    \($0)" })
            .joined(separator: "\n")
    }

    private static func object(_ outcome: Replay.Outcome) -> JSONValue {
        [
            "event": .string(outcome.name), "function": .string(outcome.function),
            "milliseconds": JSONValue(Double(outcome.duration / .microseconds(1)) / 1000),
            "asExpected": .bool(outcome.faults.isEmpty), "compared": .bool(outcome.isCompared),
            "faults": .array(outcome.faults.map { .string($0) }),
            "answer": outcome.payload.map {
                (try? JSONValue(parsing: $0)) ?? .string(String(decoding: $0, as: UTF8.self))
            }
                ?? .null,
        ]
    }
}
