import JSONValue
import Synchronization

/// Runs events in order, each after those that it needs, and compares what comes with what was expected.
public struct Replay: Sendable {
    /// What a function gave back: its payload, and whether that is an error.
    public typealias Answer = (payload: [UInt8], functionError: String?)

    /// What came of one event.
    public struct Outcome: Sendable {
        /// The event's name.
        public var name: String
        /// The function that got it.
        public var function: String
        /// What the function gave back; nil where it could not be called.
        public var payload: [UInt8]?
        /// How long the call took.
        public var duration: Duration
        /// Why it is not as expected: differences, a function's error, a refused call. Empty when all is well.
        public var faults: [String]
        /// Whether there was an expectation to compare with.
        public var isCompared: Bool
    }

    private let files: [String: EventFile]
    private let order: [String]

    /// Events that may need one another.
    public init(_ files: [EventFile]) {
        self.files = Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        order = files.map(\.name)
    }

    /// The order in which events run: that of their names, each after those that it needs.
    ///
    /// - Parameter selection: the events that are wanted; all by default.
    /// - Throws: ``EventFileError`` where a need is missing or goes in a circle.
    public func sequence(_ selection: [String]? = nil) throws(EventFileError) -> [EventFile] {
        var done: Set<String> = []
        var sequence: [EventFile] = []
        func visit(_ name: String, _ path: [String]) throws(EventFileError) {
            if done.contains(name) { return }
            if path.contains(name) { throw .circle(path + [name]) }
            guard let file = files[name] else { throw .missingNeed(event: path.last ?? name, need: name) }
            for need in file.expectation?.needs ?? [] { try visit(need, path + [name]) }
            done.insert(name)
            sequence.append(file)
        }
        for name in selection ?? order { try visit(name, []) }
        return sequence
    }

    /// Runs events.
    ///
    /// - Parameters:
    ///   - invoke: calls a function with an event.
    ///   - report: told of each outcome as it comes.
    /// - Throws: ``EventFileError`` before anything runs.
    @discardableResult
    public func run(
        _ selection: [String]? = nil, invoke: @Sendable (_ function: String, _ event: [UInt8]) async throws -> Answer,
        report: @Sendable (Outcome) -> Void = { _ in }
    ) async throws(EventFileError) -> [Outcome] {
        var captured: [String: JSONValue] = [:]
        var outcomes: [Outcome] = []
        for file in try sequence(selection) {
            let outcome = await run(file, captured: &captured, invoke: invoke)
            report(outcome)
            outcomes.append(outcome)
        }
        return outcomes
    }

    /// An event as its function gets it, once those that it needs have been answered.
    ///
    /// - Throws: ``EventFileError``; what `invoke` throws.
    public func event(
        _ name: String, invoke: @Sendable (_ function: String, _ event: [UInt8]) async throws -> Answer
    ) async throws -> JSONValue {
        var captured: [String: JSONValue] = [:]
        let sequence = try sequence([name])
        for file in sequence.dropLast() { _ = await run(file, captured: &captured, invoke: invoke) }
        guard let file = sequence.last else { throw EventFileError.missingNeed(event: name, need: name) }
        return try file.event.filled(from: captured, event: file.name)
    }

    private func run(
        _ file: EventFile, captured: inout [String: JSONValue],
        invoke: @Sendable (_ function: String, _ event: [UInt8]) async throws -> Answer
    ) async -> Outcome {
        let start = ContinuousClock.now
        var outcome = Outcome(
            name: file.name, function: file.function, payload: nil, duration: .zero, faults: [],
            isCompared: file.expectation?.answer != nil)
        do {
            let event = try file.event.filled(from: captured, event: file.name)
            let answer = try await invoke(file.function, event.encoded())
            outcome.payload = answer.payload
            if let error = answer.functionError {
                outcome.faults = ["the function failed (\(error)): \(String(decoding: answer.payload, as: UTF8.self))"]
            } else if let expected = file.expectation?.answer {
                outcome.faults = AnswerMatch.differences(expected: expected, payload: answer.payload)
                    .map(\.description)
            }
            let output = FunctionOutput(answer.payload).value
            for (name, pointer) in file.expectation?.capture ?? [] {
                if let value = output.value(at: pointer) {
                    captured[name] = value
                } else {
                    outcome.faults.append("\(pointer): nothing there to capture as \(name)")
                }
            }
        } catch { outcome.faults = ["\(error)"] }
        outcome.duration = ContinuousClock.now - start
        return outcome
    }
}

extension JSONValue {
    /// The value with each `${name}` in its strings replaced.
    ///
    /// - Throws: ``EventFileError/missingValue(event:name:)``.
    func filled(from values: [String: JSONValue], event: String) throws(EventFileError) -> JSONValue {
        switch self {
        case .string(let text): return .string(try Self.fill(text, from: values, event: event))
        case .array(let elements):
            var filled: [JSONValue] = []
            for element in elements { filled.append(try element.filled(from: values, event: event)) }
            return .array(filled)
        case .object(let members):
            var filled = JSONObject()
            for (name, value) in members { filled[name] = try value.filled(from: values, event: event) }
            return .object(filled)
        case .null, .bool, .number: return self
        }
    }

    private static func fill(
        _ text: String, from values: [String: JSONValue], event: String
    ) throws(EventFileError) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
            let name = String(rest[open.upperBound..<close])
            guard let value = values[name] else { throw .missingValue(event: event, name: name) }
            result += rest[..<open.lowerBound] + (value.string ?? value.text())
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
