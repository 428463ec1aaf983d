import CloudCore
import JSONValue
import Synchronization

/// The log of one execution environment: what its process writes, and what the platform says of it.
final class EnvironmentLog: Sendable {
    private struct State {
        var lines = OutputLines()
        /// By the extension that writes them.
        var extensionLines: [String: OutputLines] = [:]
        var tail = LogTail()
        var requestID: String?
    }

    /// The stream's name.
    let stream: String
    private let function: String
    private let group: String
    private let isJSON: Bool
    private let sink: any LogSink
    private let clock: CloudClock
    private let state = Mutex(State())

    init(function: FunctionConfiguration, stream: String, sink: any LogSink, clock: CloudClock) {
        self.function = function.name
        group = function.logging.group ?? "/aws/lambda/" + function.name
        isJSON = function.logging.format == .json
        self.stream = stream
        self.sink = sink
        self.clock = clock
    }

    /// The name of a new stream: `2026/03/01/[$LATEST]` and 32 digits.
    static func streamName(version: String, at moment: Timestamp, identifiers: IdentifierSource) -> String {
        let day = moment.iso8601.prefix(10).replacing("-", with: "/")
        return "\(day)/[\(version)]\(identifiers.hex(bytes: 16))"
    }

    /// Takes in what the process wrote.
    func output(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            // Taken apart first: the closure needs the rest of the state.
            var lines = state.lines
            state.lines = OutputLines()
            lines.append(bytes) { emit($0, origin: .function, &state) }
            state.lines = lines
        }
    }

    /// Takes in what an extension's process wrote.
    func output(_ bytes: UnsafeRawBufferPointer, of extensionName: String) {
        state.withLock { state in
            var lines = state.extensionLines.removeValue(forKey: extensionName) ?? OutputLines()
            lines.append(bytes) { emit($0, origin: .function, &state) }
            state.extensionLines[extensionName] = lines
        }
    }

    /// The process has ended: what stands behind its last end of a line is a line too.
    func endOfOutput() {
        state.withLock { state in
            var lines = state.lines
            state.lines = OutputLines()
            lines.flush { emit($0, origin: .function, &state) }
            let others = state.extensionLines.sorted { $0.key < $1.key }.map(\.value)
            state.extensionLines = [:]
            for var lines in others { lines.flush { emit($0, origin: .function, &state) } }
        }
    }

    /// An environment begins to start.
    func initStart(runtime: String) {
        platform(
            "INIT_START Runtime Version: \(runtime)", type: "platform.initStart",
            record: ["initializationType": "on-demand", "phase": "init", "runtimeVersion": .string(runtime)])
    }

    /// The start did not end well.
    func initReport(duration: Duration, phase: String, status: CallReport.Status, errorType: String?) {
        var text = "INIT_REPORT Init Duration: \(duration.millisecondText) ms\tPhase: \(phase)\t"
        text += "Status: \(status.rawValue)"
        if let errorType { text += "\tError Type: \(errorType)" }
        var record: JSONObject = [
            "initializationType": "on-demand", "phase": .string(phase), "status": .string(status.rawValue),
            "metrics": ["durationMs": .number(duration.millisecondText)],
        ]
        if let errorType { record["errorType"] = .string(errorType) }
        platform(text, type: "platform.initReport", record: .object(record))
    }

    /// A call begins: the tail starts anew.
    func start(requestID: String, version: String) {
        state.withLock { state in
            state.tail = LogTail()
            state.lines.beginCall()
            for name in state.extensionLines.keys { state.extensionLines[name]?.beginCall() }
            state.requestID = requestID
        }
        platform(
            "START RequestId: \(requestID) Version: \(version)", type: "platform.start",
            record: ["requestId": .string(requestID), "version": .string(version)])
    }

    /// A call has ended. Returns the tail.
    func end(_ report: CallReport, note: String? = nil) -> [UInt8] {
        if let note { platform(note, type: nil, record: .null) }
        if !isJSON { platform("END RequestId: \(report.requestID)", type: nil, record: .null) }
        platform(report.line, type: "platform.report", record: report.record)
        return state.withLock { state in
            state.requestID = nil
            return state.tail.bytes
        }
    }

    /// The tail of a call that has been answered, and whose report is still to come.
    func tail(note: String? = nil) -> [UInt8] {
        if let note { platform(note, type: nil, record: .null) }
        return state.withLock { $0.tail.bytes }
    }

    /// How an extension has come through the start.
    func extensionState(_ entry: ExtensionRegistry.Entry) {
        let events = ExtensionEventType.allCases.filter(entry.events.contains).map(\.rawValue)
        platform(
            "EXTENSION\tName: \(entry.name)\tState: \(entry.state.rawValue)\tEvents: [\(events.joined(separator: ","))]",
            type: "platform.extension",
            record: [
                "name": .string(entry.name), "state": .string(entry.state.rawValue),
                "events": .array(events.map { .string($0) }),
            ])
    }

    /// Writes a line of the platform's own; as text where it has no type.
    func platform(_ text: String, type: String?, record: JSONValue) {
        let line: String
        if isJSON, let type {
            line =
                JSONValue.object([
                    "time": .string(clock.now.iso8601WithMilliseconds), "type": .string(type), "record": record,
                ]).text()
        } else {
            line = text
        }
        state.withLock { emit(line, origin: .platform, &$0) }
    }

    private func emit(_ text: String, origin: LogLine.Origin, _ state: inout State) {
        state.tail.append(text)
        sink.append(
            LogLine(
                function: function, group: group, stream: stream, requestID: state.requestID, timestamp: clock.now,
                origin: origin, text: text))
    }
}
