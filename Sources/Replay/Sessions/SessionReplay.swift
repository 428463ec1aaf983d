import CloudCore
import Digests
import JSONValue

/// Sends the requests of a session again, in order, and compares what comes back with what was recorded.
public struct SessionReplay: Sendable {
    /// How to replay.
    public struct Options: Sendable {
        /// Values for secrets that the recording left out, by name or number.
        public var secrets: [String: String] = [:]
        /// Places that are not compared, such as `body/pictures/*/created` or `headers/x-build`.
        public var ignored: [String] = []
        /// Whether to wait between requests as the callers had.
        public var isTimed = false
        /// Where made-up passwords come from.
        public var random: @Sendable (Int) -> [UInt8] = { randomBytes($0) }

        /// Nothing beside the session itself.
        public init() {}
    }

    /// The cloud that the session is replayed on.
    public struct Target: Sendable {
        /// The base URL of the AWS services.
        public var edge: String
        /// The base URL of the HTTP APIs.
        public var gateway: String
        /// What its clock shows.
        public var clock: Timestamp

        /// A cloud.
        public init(edge: String, gateway: String, clock: Timestamp) {
            self.edge = edge
            self.gateway = gateway
            self.clock = clock
        }
    }

    /// A request as it goes out.
    public struct Request: Sendable {
        /// The door that it goes to.
        public var entrance: ObservedExchange.Entrance
        /// The method.
        public var method: String
        /// Path and query.
        public var target: String
        /// The header fields.
        public var headers: [(name: String, value: String)]
        /// The body.
        public var body: [UInt8]
        /// The service and the region that it is to be signed for; nil for none.
        public var signing: (service: String, region: String)?
    }

    /// What came of one exchange.
    public struct Outcome: Sendable {
        /// What was recorded.
        public var exchange: RecordedExchange
        /// What differs.
        public var differences: [Difference] = []
        /// Why it was not replayed; nil where it was.
        public var refusal: String?
        /// What might explain a difference.
        public var hint: String?
        /// The status of the answer; nil where there was none.
        public var status: Int?
        /// How long the answer took.
        public var duration = Duration.zero

        /// Whether the answer was the recorded one.
        public var isAsRecorded: Bool { differences.isEmpty && refusal == nil }
    }

    private let session: Session
    private let target: Target
    private let options: Options

    /// A replay of a session on a cloud.
    public init(_ session: Session, on target: Target, options: Options = Options()) {
        self.session = session
        self.target = target
        self.options = options
    }

    /// Says which function of the session the cloud does not have.
    ///
    /// - Throws: ``SessionError/unknownFunction(line:function:known:)``.
    public static func check(_ session: Session, functions: [String]) throws(SessionError) {
        for exchange in session.exchanges where exchange.status != 404 {
            guard let function = exchange.function, !functions.contains(function) else { continue }
            throw .unknownFunction(line: exchange.line, function: function, known: functions.sorted())
        }
    }

    /// Replays the session.
    ///
    /// - Parameters:
    ///   - send: sends a request and brings back the answer.
    ///   - settle: waits until the cloud has done all that earlier requests set off; asked before each request that found
    ///     it so when it was recorded.
    ///   - report: told of each outcome as it comes.
    @discardableResult
    public func run(
        send: @Sendable (Request) async throws -> ReceivedAnswer, settle: @Sendable () async -> Void = {},
        report: @Sendable (Outcome) -> Void = { _ in }
    ) async -> [Outcome] {
        var values = SecretValues(provided: options.secrets, random: options.random)
        var comparison = AnswerComparison(recorded: [], present: [], addresses: addresses)
        var outcomes: [Outcome] = []
        let start = ContinuousClock.now
        for exchange in session.exchanges {
            if options.isTimed { try? await Task.sleep(until: start + .milliseconds(exchange.offset)) }
            if exchange.isSettled { await settle() }
            let outcome = await replay(exchange, &values, &comparison, send)
            report(outcome)
            outcomes.append(outcome)
        }
        return outcomes
    }

    private func replay(
        _ exchange: RecordedExchange, _ values: inout SecretValues, _ comparison: inout AnswerComparison,
        _ send: (Request) async throws -> ReceivedAnswer
    ) async -> Outcome {
        var outcome = Outcome(exchange: exchange)
        let offset = Duration.milliseconds(exchange.offset)
        comparison.recorded = [session.header.recorded + offset, session.header.clock + offset]
        comparison.present = [.machineTime, target.clock]
        let request: Request
        do {
            request = try RequestRebuilding(exchange, comparison: comparison).request(&values, &comparison.identifiers)
        } catch {
            outcome.refusal = error.sentence
            return outcome
        }
        let start = ContinuousClock.now
        do {
            let answer = try await send(request)
            outcome.duration = .now - start
            outcome.status = answer.status
            values.keep(answer, of: exchange.number)
            compare(exchange, answer, &values, &comparison)
        } catch {
            outcome.refusal = "it was not answered: \(error)"
        }
        outcome.differences = comparison.takeDifferences().filter { !isIgnored($0.path) }
        if !outcome.differences.isEmpty, !exchange.isSettled {
            outcome.hint =
                "When \(exchange.title) was recorded, what earlier requests had set off was still under way: its answer "
                + "may depend on how far that had come. --ignore PLACE leaves a place out of the comparison."
        }
        if !outcome.isAsRecorded, !values.madeUp.isEmpty {
            let names = values.madeUp.sorted()
            outcome.hint =
                "The recording left out \(names.joined(separator: ", ")), and the replay made it up: "
                + "--secret \(names[0])=VALUE says what it is."
        }
        return outcome
    }

    private func compare(
        _ exchange: RecordedExchange, _ answer: ReceivedAnswer, _ values: inout SecretValues,
        _ comparison: inout AnswerComparison
    ) {
        comparison.compare(status: exchange.status, answer.status)
        var headers: [(name: String, value: String)] = []
        for (name, text) in exchange.responseHeaders {
            headers.append((name, expected(text, &values)))
        }
        comparison.compare(headers: headers, answer.headers)
        switch exchange.responseBody {
        case .empty: comparison.compare(body: [], answer.body)
        case .text(let text): comparison.compare(body: Array(expected(text, &values).utf8), answer.body)
        case .json(let value):
            let filled = value.mapStrings { text in
                (try? RecordedText(parsing: text)).map { expected($0, &values) } ?? text
            }
            comparison.compare(body: filled.encoded(), answer.body)
        case .bytes(let pieces):
            var bytes: [UInt8] = []
            for piece in pieces {
                switch piece {
                case .bytes(let piece): bytes += piece
                case .secret(let reference, let encoding):
                    bytes += expected(RecordedText([.secret(reference, encoding)]), &values).utf8
                }
            }
            comparison.compare(body: bytes, answer.body)
        case .leftOut(let length, let sha256): comparison.compare(length: length, sha256: sha256, answer.body)
        }
    }

    /// A text of the recorded answer as it should be now. A reference that leads nowhere stays as it is, and so differs.
    private func expected(_ text: RecordedText, _ values: inout SecretValues) -> String {
        text.filled { reference in (try? values.value(of: reference)) ?? "${\(reference.text)}" }
    }

    private func isIgnored(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return options.ignored.contains { pattern in
            let names = pattern.split(separator: "/")
            return names.count <= parts.count && zip(names, parts).allSatisfy { $0 == "*" || $0 == $1 }
        }
    }

    /// The recorded addresses, in the ways in which callers name this machine, and those of this cloud.
    private var addresses: [(recorded: String, present: String)] {
        var pairs: [(recorded: String, present: String)] = []
        for (recorded, present) in [(session.header.edge, target.edge), (session.header.gateway, target.gateway)] {
            guard let old = Self.authority(recorded), let new = Self.authority(present) else { continue }
            let port = old.split(separator: ":").last.map(String.init) ?? ""
            for host in Set([old, "127.0.0.1:\(port)", "localhost:\(port)"]).sorted() {
                pairs.append(("//" + host, "//" + new))
            }
        }
        return pairs
    }

    private static func authority(_ url: String) -> String? {
        url.firstRange(of: "://").map { String(url[$0.upperBound...].prefix { $0 != "/" }) }
    }
}
