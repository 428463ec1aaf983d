/// # Testing functions on a local cloud
///
/// `DarkroomTesting` gives a test a cloud of its own: the services that the functions use, the HTTP APIs of the template,
/// and the functions themselves.
///
///     import DarkroomTesting
///     import Testing
///
///     @Test func signsUp() async throws {
///         try await withLocalCloud(template: "template.json", functions: .inProcess(functions)) { cloud in
///             let answer = try await cloud.request(.post, "/signup", json: ["username": "ada"])
///             #expect(answer.status == 201)
///             #expect(try await cloud.items(in: "Users").count == 1)
///         }
///     }
///
/// What a test can do with its cloud:
///
/// - ``TestCloud/request(_:_:headers:body:)`` goes through the gateway, as a browser's request does;
/// - ``TestCloud/invoke(_:_:)`` calls a function by the Invoke API, ``TestCloud/enqueue(_:_:)`` does so asynchronously;
/// - ``TestCloud/items(in:)``, ``TestCloud/objects(in:)`` and ``TestCloud/object(_:in:)`` look at what was stored;
/// - ``TestCloud/aws`` is a client for everything else, and ``TestCloud/edgeURL`` is for any other SDK;
/// - ``TestCloud/clock`` turns time forward: timers, retries and schedules fire in their order;
/// - ``TestCloud/logs`` is what the cloud and its functions have said.
///
/// ## Where functions run
///
/// ``FunctionHosting/inProcess(_:)`` runs handlers in the test's own process: breakpoints hold, coverage counts, nothing
/// is built beforehand. It is the run loop of a deployed function, on a thread of its own against the environment's real
/// Runtime API port, and everything that a handler does goes over the wire to the cloud's ports.
/// ``FunctionHosting/product(_:)`` and ``FunctionHosting/program(_:)`` start processes, as on Lambda.
///
/// In one process, handlers share what a process has: what they `print` goes to the test's output (`context.logger` goes
/// to the cloud's log), and their settings are in the `Environment` that their initialisers get, not in `getenv`. A
/// handler that is out of time is told to stop, but cannot be killed.
public enum DarkroomTesting {}
