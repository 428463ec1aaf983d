import Foundation
import JSONValue

/// An event in a file, with what is expected of it in a file beside it: `NAME.json` and `NAME.expected.json`.
public struct EventFile: Sendable, Equatable {
    /// The file's name without its ending.
    public var name: String
    /// The event as it stands in the file, placeholders and all.
    public var event: JSONValue
    /// What is to come of it; nil where nothing is said.
    public var expectation: Expectation?

    /// The function that gets the event: the one that the expectation names, else the one that the file is called after
    /// (`upload.json`, `upload-broken.json`).
    public var function: String {
        expectation?.function ?? name.split(separator: "-", maxSplits: 1).first.map(String.init) ?? name
    }

    /// An event.
    public init(name: String, event: JSONValue, expectation: Expectation? = nil) {
        self.name = name
        self.event = event
        self.expectation = expectation
    }

    /// Reads an event and, if there is one, its expectation.
    ///
    /// - Throws: ``EventFileError``.
    public init(path: String) throws(EventFileError) {
        let url = URL(fileURLWithPath: path)
        name = url.deletingPathExtension().lastPathComponent
        event = try Self.read(path)
        let beside = url.deletingLastPathComponent().appendingPathComponent(name + Self.expectationSuffix).path
        if FileManager.default.fileExists(atPath: beside) {
            expectation = try Expectation(try Self.read(beside), path: beside)
        }
    }

    /// The events of a folder by name, in the order of their names.
    ///
    /// - Throws: ``EventFileError``.
    public static func folder(_ path: String) throws(EventFileError) -> [EventFile] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .unreadable(path: path)
        }
        var files: [EventFile] = []
        for name in names.sorted() where name.hasSuffix(".json") && !name.hasSuffix(expectationSuffix) {
            files.append(try EventFile(path: "\(path)/\(name)"))
        }
        return files
    }

    private static let expectationSuffix = ".expected.json"

    private static func read(_ path: String) throws(EventFileError) -> JSONValue {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        do { return try JSONValue(parsing: bytes) } catch { throw .notJSON(path: path, error) }
    }
}

/// What is to come of an event.
public struct Expectation: Sendable, Equatable {
    /// The function that gets the event.
    public var function: String?
    /// Names of events that must have been answered before, in this order.
    public var needs: [String]
    /// What the function's output must match; nil where anything will do.
    public var answer: JSONValue?
    /// Values to keep from the output: JSON Pointers by name.
    public var capture: [(name: String, pointer: String)]

    /// Reads an expectation; a member that it does not know is an error, since it would check nothing.
    ///
    /// - Throws: ``EventFileError``.
    public init(_ value: JSONValue, path: String) throws(EventFileError) {
        guard let object = value.object else { throw .malformed(path: path, "it is no object") }
        for (name, _) in object where !["function", "needs", "answer", "capture"].contains(name) {
            throw .malformed(path: path, "there is no member '\(name)'")
        }
        function = object["function"]?.string
        needs = object["needs"]?.array?.compactMap(\.string) ?? []
        answer = object["answer"]
        capture = []
        for (name, pointer) in object["capture"]?.object ?? [:] {
            guard let pointer = pointer.string, pointer.hasPrefix("/") else {
                throw .malformed(path: path, "capture '\(name)' is no JSON Pointer")
            }
            capture.append((name, pointer))
        }
    }

    /// Two expectations that say the same.
    public static func == (left: Expectation, right: Expectation) -> Bool {
        left.function == right.function && left.needs == right.needs && left.answer == right.answer
            && left.capture.elementsEqual(right.capture, by: ==)
    }
}

/// Why an event cannot be replayed.
public enum EventFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such file or folder, or it may not be read.
    case unreadable(path: String)
    /// A file is not JSON.
    case notJSON(path: String, JSONSyntaxError)
    /// An expectation says something that it cannot say.
    case malformed(path: String, String)
    /// An event needs another that is not there.
    case missingNeed(event: String, need: String)
    /// Events need one another in a circle.
    case circle([String])
    /// An event uses a value that no event before it has given.
    case missingValue(event: String, name: String)

    /// The sentence.
    public var description: String {
        switch self {
        case .unreadable(let path): "There is no file or folder '\(path)' that can be read."
        case .notJSON(let path, let error): "\(path) is not JSON: \(error)."
        case .malformed(let path, let reason): "\(path) is no expectation: \(reason)."
        case .missingNeed(let event, let need): "\(event) needs the event \(need), which is not beside it."
        case .circle(let names): "Events need one another in a circle: \(names.joined(separator: " → "))."
        case .missingValue(let event, let name):
            "\(event) uses ${\(name)}, which no event that it needs has captured."
        }
    }
}
