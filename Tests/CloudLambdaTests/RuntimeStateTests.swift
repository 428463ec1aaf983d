import Testing

@testable import CloudLambda

@Suite struct RuntimeStateTests {
    /// Each state with every other: what is not listed is forbidden.
    static let allowed: [(RuntimeState, RuntimeState)] = [
        (.started, .ready), (.started, .initError), (.ready, .ready), (.ready, .running),
        (.running, .invocationResponse), (.running, .invocationErrorResponse), (.invocationResponse, .responseSent),
        (.invocationErrorResponse, .responseSent), (.responseSent, .ready),
    ]

    @Test(arguments: RuntimeState.allCases, RuntimeState.allCases)
    func theTableIsComplete(_ from: RuntimeState, _ to: RuntimeState) {
        var state = from
        if Self.allowed.contains(where: { $0 == (from, to) }) {
            #expect(throws: Never.self) { try state.move(to: to) }
            #expect(state == to)
        } else {
            #expect(throws: RuntimeRefusal.stateTransition(from: from, to: to)) { try state.move(to: to) }
            #expect(state == from)
        }
    }

    /// Every refusal, word for word.
    static let refusals: [(RuntimeRefusal, Int, String, String)] = [
        (.invalidRequestID, 400, "Invalid request ID", "InvalidRequestID"),
        (
            .stateTransition(from: .responseSent, to: .invocationResponse), 403,
            "State transition from ResponseSent to InvocationResponse failed for runtime. "
                + "Error: State transition is not allowed", "InvalidStateTransition"
        ),
        (
            .responseTooLarge, 413, "Exceeded maximum allowed payload size (6291556 bytes).", "RequestEntityTooLarge"
        ),
        (.invalidResponseMode, 400, "Invalid function response mode", "InvalidFunctionResponseMode"),
        (.truncated, 400, "HTTP request detected as truncated", "TruncatedHTTPRequest"),
        (.ending, 500, "Internal Server Error", "InternalServerError"),
    ]

    @Test(arguments: refusals)
    func refusalsAreInTheWordsOfTheService(_ refusal: RuntimeRefusal, status: Int, message: String, type: String) {
        let response = refusal.response
        #expect(response.status == status)
        #expect(response.headers.first(name: "Content-Type") == "application/json")
        #expect(response.text == #"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#)
    }

    /// What a runtime does, step by step.
    enum Step: Sendable, CustomTestStringConvertible {
        case next
        case deliver(String)
        case begin(String, isError: Bool)
        case end(String)
        case initError

        var testDescription: String { "\(self)" }
    }

    static let forbidden: [([Step], Step, RuntimeRefusal)] = [
        ([], .begin("a", isError: false), .invalidRequestID),
        ([.next], .begin("a", isError: false), .invalidRequestID),
        ([.next, .deliver("a")], .begin("b", isError: false), .invalidRequestID),
        ([.next, .deliver("a")], .begin("b", isError: true), .invalidRequestID),
        ([.next], .initError, .stateTransition(from: .ready, to: .initError)),
        ([.next, .deliver("a")], .initError, .stateTransition(from: .running, to: .initError)),
        ([.initError], .next, .stateTransition(from: .initError, to: .ready)),
        ([.initError], .initError, .stateTransition(from: .initError, to: .initError)),
        (
            [.next, .deliver("a"), .begin("a", isError: false), .end("a")], .begin("a", isError: false),
            .stateTransition(from: .responseSent, to: .invocationResponse)
        ),
        (
            [.next, .deliver("a"), .begin("a", isError: false), .end("a")], .begin("a", isError: true),
            .stateTransition(from: .responseSent, to: .invocationErrorResponse)
        ),
        (
            [.next, .deliver("a"), .begin("a", isError: true), .end("a")], .begin("a", isError: false),
            .stateTransition(from: .responseSent, to: .invocationResponse)
        ),
        (
            [.next, .deliver("a"), .begin("a", isError: false)], .begin("a", isError: true),
            .stateTransition(from: .invocationResponse, to: .invocationErrorResponse)
        ),
        (
            [.next, .deliver("a"), .begin("a", isError: false)], .next,
            .stateTransition(from: .invocationResponse, to: .ready)
        ),
        // The identifier of an earlier call is as wrong as any other.
        (
            [.next, .deliver("a"), .begin("a", isError: false), .end("a"), .next], .begin("a", isError: false),
            .invalidRequestID
        ),
    ]

    private func take(_ step: Step, _ session: inout RuntimeSession) throws(RuntimeRefusal) {
        switch step {
        case .next: _ = try session.next()
        case .deliver(let id): try session.deliver(id)
        case .begin(let id, let isError): try session.beginAnswer(id, isError: isError)
        case .end(let id): session.endAnswer(id)
        case .initError: try session.reportInitError()
        }
    }

    @Test(arguments: forbidden)
    func whatIsForbiddenChangesNothing(_ before: [Step], _ step: Step, _ refusal: RuntimeRefusal) throws {
        var session = RuntimeSession(capacity: 1)
        for step in before { try take(step, &session) }
        let known = session
        #expect(throws: refusal) { try take(step, &session) }
        #expect(session == known)
    }

    @Test func askingAgainBringsTheSameEvent() throws {
        var session = RuntimeSession(capacity: 1)
        #expect(try session.next() == .wait)
        #expect(try session.next() == .wait)
        try session.deliver("a")
        #expect(try session.next() == .again(requestID: "a"))
        #expect(session.state == .running)
    }

    @Test func severalCallsAtOnceGoTheirOwnWays() throws {
        var session = RuntimeSession(capacity: 2)
        _ = try session.next()
        _ = try session.next()
        try session.deliver("a")
        try session.deliver("b")
        #expect(session.openRequestIDs == ["a", "b"])
        try session.beginAnswer("b", isError: true)
        session.endAnswer("b")
        #expect(try session.next() == .wait)
        try session.deliver("c")
        #expect(throws: RuntimeRefusal.stateTransition(from: .responseSent, to: .invocationResponse)) {
            try session.beginAnswer("b", isError: false)
        }
        try session.beginAnswer("a", isError: false)
        #expect(session.openRequestIDs == ["a", "c"])
    }

    @Test(arguments: [
        ("GET", "/2018-06-01/runtime/invocation/next", RuntimeRoute.next),
        ("POST", "/2018-06-01/runtime/invocation/x-1/response", .response(requestID: "x-1")),
        ("POST", "/2018-06-01/runtime/invocation/x-1/error", .error(requestID: "x-1")),
        ("POST", "/2018-06-01/runtime/init/error", .initError), ("GET", "/2018-06-01/ping", .ping),
        ("GET", "/2018-06-01/runtime/restore/next", .restoreNext),
        ("POST", "/2018-06-01/runtime/restore/error", .restoreError),
        ("POST", "/2018-06-01/runtime/invocation/next", .methodNotAllowed),
        ("GET", "/2018-06-01/runtime/invocation/x-1/response", .methodNotAllowed),
        ("DELETE", "/2018-06-01/runtime/init/error", .methodNotAllowed),
        ("GET", "/", .notFound), ("GET", "/2018-06-01/runtime/invocation/next/", .notFound),
        ("POST", "/2018-06-01/runtime/invocation//response", .notFound), ("GET", "/2020-01-01/extension", .notFound),
        ("GET", "//2018-06-01/runtime/invocation/next", .notFound),
    ])
    func routes(_ method: String, _ path: String, _ route: RuntimeRoute) {
        #expect(RuntimeRoute(method: method, path: path) == route)
    }

    @Test(arguments: [
        (String?.none, "Runtime.Unknown"), ("", "Runtime.Unknown"), ("Unhandled", "Runtime.Unknown"),
        ("Function.Sad", "Function.Sad"), ("Runtime.NoSuchHandler", "Runtime.NoSuchHandler"),
        ("Function.sad", "Function.Unknown"), ("Function.", "Function.Unknown"), ("Function.S", "Function.Unknown"),
        ("Function.Sad2", "Function.Unknown"), ("Runtime.No Such", "Runtime.Unknown"), ("MyError", "Runtime.Unknown"),
    ])
    func errorTypes(_ header: String?, _ type: String) {
        #expect(RuntimeErrorType.sanitised(header) == type)
    }
}
