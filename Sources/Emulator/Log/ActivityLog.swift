import CloudCore
import Foundation
import JSONValue
import Synchronization

/// What the local cloud does, told line by line as it happens: requests, invocations, what functions print.
///
/// Lines are gathered and written by a queue of their own, so that a slow terminal does not hold up a request; when it is
/// slower than the cloud for long, lines are left out, and how many is said.
public final class ActivityLog: Sendable {
    /// In which form, and where to.
    public enum Style: Sendable {
        /// Lines for people, in colour where the terminal shows it.
        case text(color: Bool)
        /// An object a line, for programs.
        case json
        /// Nothing.
        case silent
    }

    /// Bytes that may wait for a slow terminal.
    private static let backlogLimit = 1 << 20

    private struct State {
        var waiting: [UInt8] = []
        var isWriting = false
        var leftOut = 0
    }

    private let style: Style
    private let clock: CloudClock
    private let write: @Sendable ([UInt8]) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "darkroom.log")

    /// A log.
    ///
    /// - Parameter write: takes the bytes of whole lines; standard output by default.
    public init(
        _ style: Style, clock: CloudClock, write: @escaping @Sendable ([UInt8]) -> Void = ActivityLog.standardOutput
    ) {
        self.style = style
        self.clock = clock
        self.write = write
    }

    /// Writes to standard output, as far as it goes.
    public static let standardOutput: @Sendable ([UInt8]) -> Void = { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
            let step = rest.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { return }
            rest = rest.dropFirst(step)
        }
    }

    // MARK: What is told

    /// A request to an AWS service.
    func request(service: String, operation: String, status: Int, duration: Duration, requestID: String) {
        switch style {
        case .silent: return
        case .json:
            json([
                "type": "request", "service": .string(service), "operation": .string(operation),
                "status": JSONValue(status), "milliseconds": milliseconds(duration), "requestId": .string(requestID),
            ])
        case .text(let color):
            text(
                color, kind: service.padded(to: 9), code: .gray,
                "\(operation)  \(shown(status, color))  \(shown(duration))")
        }
    }

    /// A request through the gateway.
    func gatewayRequest(
        method: String, path: String, status: Int, function: String?, duration: Duration, requestID: String,
        reason: String? = nil
    ) {
        switch style {
        case .silent: return
        case .json:
            var entry: JSONObject = [
                "type": "gateway", "method": .string(method), "path": .string(path), "status": JSONValue(status),
                "milliseconds": milliseconds(duration), "requestId": .string(requestID),
            ]
            if let function { entry["function"] = .string(function) }
            if let reason { entry["reason"] = .string(reason) }
            json(entry)
        case .text(let color):
            text(
                color, kind: "gateway  ", code: .cyan,
                "\(method) \(path)\(function.map { " → \($0)" } ?? "")  \(shown(status, color))  \(shown(duration))"
                    + (reason.map { "  (\($0))" } ?? ""))
        }
    }

    /// An event that a function got without anybody waiting for the answer: by a schedule, a queue, a notification.
    func event(
        source: String, function: String, failure: String?, attempt: Int, duration: Duration, requestID: String
    ) {
        switch style {
        case .silent: return
        case .json:
            var entry: JSONObject = [
                "type": "event", "source": .string(source), "function": .string(function),
                "attempt": JSONValue(attempt), "milliseconds": milliseconds(duration),
                "requestId": .string(requestID),
            ]
            if let failure { entry["failure"] = .string(failure) }
            json(entry)
        case .text(let color):
            let outcome = failure.map { paint("failed (\($0))", .red, color) } ?? paint("done", .green, color)
            let again = attempt > 1 ? ", attempt \(attempt)" : ""
            text(
                color, kind: "event    ", code: .cyan,
                "\(source) → \(function)\(again)  \(outcome)  \(shown(duration))")
        }
    }

    /// A line that a function printed, or that the platform says of it (`START`, `REPORT`).
    func functionLine(function: String, stream: String, line: String, at moment: Timestamp) {
        switch style {
        case .silent: return
        case .json:
            json(
                ["type": "function", "function": .string(function), "stream": .string(stream), "line": .string(line)],
                at: moment)
        case .text(let color): text(color, kind: function.padded(to: 9), code: .green, line, at: moment)
        }
    }

    /// Something that a person should know.
    public func note(_ message: String) {
        switch style {
        case .silent: return
        case .json: json(["type": "note", "message": .string(message)])
        case .text(let color): text(color, kind: "darkroom ", code: .bold, message)
        }
    }

    // MARK: Lines

    private enum Code: String {
        case gray = "90"
        case cyan = "36"
        case green = "32"
        case yellow = "33"
        case red = "31"
        case bold = "1"
    }

    private func paint(_ text: String, _ code: Code, _ color: Bool) -> String {
        color ? "\u{1B}[\(code.rawValue)m\(text)\u{1B}[0m" : text
    }

    private func shown(_ status: Int, _ color: Bool) -> String {
        paint(String(status), status >= 500 ? .red : status >= 400 ? .yellow : .green, color)
    }

    private func shown(_ duration: Duration) -> String {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        guard microseconds < 1_000_000 else { return "\(Double(microseconds / 10_000) / 100) s" }
        return "\(Double(microseconds / 10) / 100) ms"
    }

    private func milliseconds(_ duration: Duration) -> JSONValue {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        return JSONValue(Double(microseconds) / 1000)
    }

    private func text(
        _ color: Bool, kind: String, code: Code, _ message: String, at moment: Timestamp? = nil
    ) {
        // Only the time of day: a person reads it beside the clock on the wall.
        let time = (moment ?? clock.now).iso8601WithMilliseconds.dropFirst(11).dropLast()
        append("\(paint(String(time), .gray, color)) \(paint(kind, code, color)) \(Self.printable(message))\n")
    }

    /// Control characters in what callers and functions send would otherwise steer the terminal.
    private static func printable(_ message: String) -> String {
        guard message.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return message }
        var text = ""
        for scalar in message.unicodeScalars {
            switch scalar.value {
            case 9: text += "\t"
            case 0..<32, 127: text += "\\x" + String(scalar.value + 256, radix: 16).dropFirst()
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private func json(_ entry: JSONObject, at moment: Timestamp? = nil) {
        var line: JSONObject = ["time": .string((moment ?? clock.now).iso8601WithMilliseconds)]
        for (name, value) in entry { line[name] = value }
        append(JSONValue.object(line).text() + "\n")
    }

    private func append(_ line: String) {
        let starts = state.withLock { state in
            guard state.waiting.count < Self.backlogLimit else {
                state.leftOut += 1
                return false
            }
            state.waiting.append(contentsOf: line.utf8)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if starts { queue.async { self.drain() } }
    }

    private func drain() {
        while true {
            let (bytes, leftOut) = state.withLock { state in
                defer {
                    state.waiting = []
                    state.leftOut = 0
                }
                if state.waiting.isEmpty { state.isWriting = false }
                return (state.waiting, state.leftOut)
            }
            guard !bytes.isEmpty else { return }
            write(leftOut == 0 ? bytes : bytes + Array("… \(leftOut) lines left out\n".utf8))
        }
    }

    /// Waits until everything that was told is written.
    public func flush() { queue.sync {} }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self
    }
}
