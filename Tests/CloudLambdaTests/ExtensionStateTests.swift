import NIOCore
import Testing

@testable import CloudLambda

/// The Extensions API's rules, without any input or output.
@Suite struct ExtensionStateTests {
    static let allowed: [(ExtensionState, ExtensionState)] = [
        (.started, .registered), (.registered, .ready), (.registered, .initError), (.registered, .exitError),
        (.ready, .running), (.ready, .exitError), (.running, .ready), (.running, .exitError),
        (.initError, .initError), (.exitError, .exitError),
    ]

    @Test(arguments: ExtensionState.allCases, ExtensionState.allCases)
    func theTableIsComplete(_ from: ExtensionState, _ to: ExtensionState) {
        var state = from
        if Self.allowed.contains(where: { $0 == (from, to) }) {
            #expect(throws: Never.self) { try state.move(to: to, of: "x") }
            #expect(state == to)
        } else {
            #expect(throws: ExtensionRefusal.stateTransition(from: from, to: to, of: "x")) {
                try state.move(to: to, of: "x")
            }
            #expect(state == from)
        }
    }

    /// Every refusal, word for word.
    static let refusals: [(ExtensionRefusal, Int, String, String)] = [
        (.nameIsEmpty, 403, "Extension.InvalidExtensionName", "Empty extension name"),
        (.invalidFormat("why"), 403, "InvalidRequestFormat", "why"),
        (.unknownEvent("SLEEP"), 403, "Extension.InvalidEventType", "SLEEP: ErrorInvalidEventType"),
        (
            .shutdownIsForExternalOnes, 403, "Extension.InvalidEventType",
            "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension"
        ),
        (.registrationClosed, 403, "Extension.RegistrationClosed", "Extension registration closed already"),
        (.nameIsTaken, 403, "Extension.InvalidExtensionState", "Extension with this name already registered"),
        (.tooMany, 403, "Extension.TooManyExtensions", "Extension limit (10) reached"),
        (
            .missingIdentifier, 403, "Extension.MissingExtensionIdentifier",
            "Missing Lambda-Extension-Identifier header"
        ),
        (.invalidIdentifier, 403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier"),
        (.unknownIdentifier("i"), 403, "Extension.UnknownExtensionIdentifier", "Unknown extension i"),
        (.missingErrorType, 403, "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found"),
        (
            .stateTransition(from: .ready, to: .initError, of: "i"), 403, "Extension.InvalidExtensionState",
            "State transition from Ready to InitError failed for extension i. Error: State transition is not allowed"
        ),
        (
            .stateTransition(from: .initError, to: .exitError, of: "i"), 403, "Extension.InvalidExtensionState",
            "State transition from InitError to Exited failed for extension i. Error: State transition is not allowed"
        ),
        (.bodyTooLarge, 413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (262144 bytes)."),
        (.ending, 500, "InternalServerError", "Internal Server Error"),
    ]

    @Test(arguments: refusals)
    func refusalsAreInTheWordsOfTheService(_ refusal: ExtensionRefusal, status: Int, type: String, message: String) {
        let response = refusal.response
        #expect(response.status == status)
        #expect(response.text == #"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#)
    }

    /// Who may register for what, where `watch` is a program of the function's.
    static let registrations: [(String, [String], ExtensionRefusal?)] = [
        ("watch", ["INVOKE", "SHUTDOWN"], nil), ("watch", [], nil), ("inside", ["INVOKE"], nil), ("inside", [], nil),
        ("inside", ["SHUTDOWN"], .shutdownIsForExternalOnes), ("watch", ["invoke"], .unknownEvent("invoke")),
        ("inside", ["INVOKE", "LATER"], .unknownEvent("LATER")),
    ]

    @Test(arguments: registrations)
    func registering(_ name: String, _ events: [String], _ refusal: ExtensionRefusal?) throws {
        var registry = ExtensionRegistry()
        registry.expect("watch", identifier: "w")
        #expect(!registry.isRegistered)
        if let refusal {
            #expect(throws: refusal) { try registry.register(name, events: events, identifier: "i") }
            #expect(registry.entries.map(\.state) == [.started])
        } else {
            let isExternal = name == "watch"
            let identifier = try registry.register(name, events: events, identifier: "i")
            #expect(identifier == (isExternal ? "w" : "i"))
            #expect(registry.isRegistered == isExternal)
            #expect((registry.hasExternal, registry.hasInternal) == (true, !isExternal))
        }
    }

    @Test func whatRegistrationsAreRefusedFor() throws {
        var registry = ExtensionRegistry()
        registry.expect("watch", identifier: "w")
        _ = try registry.register("watch", events: [], identifier: "")
        #expect(throws: ExtensionRefusal.stateTransition(from: .registered, to: .registered, of: "watch")) {
            try registry.register("watch", events: [], identifier: "")
        }
        for number in 1..<ExtensionRegistry.limit {
            _ = try registry.register("inside\(number)", events: ["INVOKE"], identifier: "\(number)")
        }
        #expect(throws: ExtensionRefusal.nameIsTaken) {
            try registry.register("inside1", events: [], identifier: "x")
        }
        #expect(throws: ExtensionRefusal.tooMany) { try registry.register("more", events: [], identifier: "x") }
        registry.close()
        #expect(throws: ExtensionRefusal.registrationClosed) {
            try registry.register("late", events: [], identifier: "x")
        }
        // Where calls overlap nobody is told of each.
        var overlapping = ExtensionRegistry(tellsCalls: false)
        #expect(throws: ExtensionRefusal.unknownEvent("INVOKE")) {
            try overlapping.register("inside", events: ["INVOKE"], identifier: "x")
        }
    }

    @Test func eventsGoToThoseWhoWaitAndAreKeptForOthers() throws {
        let event = ExtensionEvent.shutdown(.spindown, deadline: 1)
        var registry = ExtensionRegistry()
        _ = try registry.register("inside", events: ["INVOKE"], identifier: "i")
        #expect(throws: ExtensionRefusal.unknownIdentifier("w")) { try registry.next("w", again: false) }
        #expect(!registry.isReady)
        var received = try registry.next("i", again: false)
        #expect(received == nil)
        #expect(registry.isReady)
        #expect(throws: ExtensionRefusal.stateTransition(from: .ready, to: .ready, of: "i")) {
            try registry.next("i", again: false)
        }
        // Its connection has closed: it asks again, and finds what has come meanwhile.
        var isTaken = registry.deliver(event, to: "i", isWaiting: false)
        #expect(!isTaken)
        #expect(!registry.isReady)
        received = try registry.next("i", again: true)
        #expect(received == event)
        #expect(!registry.isReady)
        received = try registry.next("i", again: true)
        #expect(received == nil)
        isTaken = registry.deliver(event, to: "i", isWaiting: true)
        #expect(isTaken)
        #expect(registry.entries.map(\.state) == [.running])
    }

    static let bodies: [(String, [String]?)] = [
        (#"{"events":["INVOKE"]}"#, ["INVOKE"]), ("{}", []), (#"{"events":null}"#, []), (#"{"events":[]}"#, []),
        ("", nil), ("[]", nil), (#"{"events":"INVOKE"}"#, nil), (#"{"events":[1]}"#, nil), (#"{"events":["#, nil),
    ]

    @Test(arguments: bodies) func whatStandsInARegistration(_ body: String, _ events: [String]?) {
        #expect((try? ExecutionEnvironment.registeredEvents(ByteBuffer(string: body))) == events)
    }
}
