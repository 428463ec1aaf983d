import Foundation
import JSONValue

/// A recorded session: what came in from outside, with what went out.
public struct Session: Sendable {
    /// What was recorded, where, and when.
    public var header: SessionHeader
    /// The exchanges, in the order in which their requests came.
    public var exchanges: [RecordedExchange] = []
    /// Sentences on what the file does not hold: a last line that was not written to its end, exchanges that the recorder
    /// was too slow for.
    public var notes: [String] = []

    /// Reads a session's file.
    ///
    /// - Throws: ``SessionError``. A last line that was cut off in the middle of its writing is none: it is in ``notes``.
    public init(path: String) throws(SessionError) {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        try self.init(Array(bytes), path: path)
    }

    /// Reads the contents of a session's file.
    init(_ bytes: [UInt8], path: String) throws(SessionError) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let isWhole = bytes.last == UInt8(ascii: "\n")
        guard let first = lines.first, !first.allSatisfy({ $0 == UInt8(ascii: " ") }) else { throw .empty(path: path) }
        if lines.count == 1, !isWhole, (try? JSONValue(parsing: first)) == nil, first.first == UInt8(ascii: "{") {
            throw .malformed(path: path, line: 1, "the header was not written to its end: nothing was recorded")
        }
        header = try Self.read(first, path: path, line: 1) { value, _ throws(SessionFault) in
            try SessionHeader(value)
        }
        var isEnded = false
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            if index == lines.count - 1, !isWhole, (try? JSONValue(parsing: line)) == nil {
                notes.append(
                    "Line \(index + 1) was not written to its end, as when the recorder is killed: the "
                        + "\(exchanges.count) exchanges before it are used.")
                isEnded = true
                break
            }
            let value = try Self.read(line, path: path, line: index + 1) { value, _ throws(SessionFault) in value }
            if let end = value["end"] {
                isEnded = true
                if let count = end["exchanges"]?.int, count != exchanges.count {
                    throw .malformed(
                        path: path, line: index + 1,
                        "\(count) exchanges were recorded, but \(exchanges.count) are there")
                }
            } else if let count = value["leftOut"]?.int {
                notes.append(
                    "Before line \(index + 2), \(count) exchanges are missing: they came faster than they were read.")
            } else {
                exchanges.append(
                    try Self.read(line, path: path, line: index + 1) { value, line throws(SessionFault) in
                        try RecordedExchange(value, line: line)
                    })
            }
        }
        if !isEnded {
            notes.append(
                "The recording has no end line, as when the recorder is killed: \(exchanges.count) exchanges are used.")
        }
        try checkNumbers(path)
        // Lines are written as answers end; requests may have come in another order.
        exchanges = exchanges.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
            .map(\.element)
    }

    private func checkNumbers(_ path: String) throws(SessionError) {
        var seen: Set<Int> = []
        for exchange in exchanges where !seen.insert(exchange.number).inserted {
            throw .malformed(
                path: path, line: exchange.line, "there is an exchange with the number \(exchange.number) already")
        }
    }

    private static func read<Value>(
        _ bytes: ArraySlice<UInt8>, path: String, line: Int,
        _ body: (JSONValue, Int) throws(SessionFault) -> Value
    ) throws(SessionError) -> Value {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch {
            throw .malformed(path: path, line: line, "it is not JSON: \(error.reason) (column \(error.column))")
        }
        do { return try body(value, line) } catch { throw .malformed(path: path, line: line, error.reason) }
    }
}

/// Why a session cannot be replayed.
public enum SessionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such file, or it may not be read.
    case unreadable(path: String)
    /// The file is empty.
    case empty(path: String)
    /// A line is not what it should be.
    case malformed(path: String, line: Int, String)
    /// A function that was called is not there.
    case unknownFunction(line: Int, function: String, known: [String])

    /// The sentence.
    public var description: String {
        switch self {
        case .unreadable(let path): "There is no file '\(path)' that can be read."
        case .empty(let path): "\(path) is empty: nothing was recorded."
        case .malformed(let path, let line, let reason): "\(path), line \(line): \(reason)."
        case .unknownFunction(let line, let function, let known):
            "Line \(line) calls the function '\(function)', which the cloud does not have; it has "
                + "\(known.isEmpty ? "none" : known.joined(separator: ", "))."
        }
    }
}
