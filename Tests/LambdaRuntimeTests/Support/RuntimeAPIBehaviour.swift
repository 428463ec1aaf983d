import NIOHTTP1

/// A request that the server under the runtime received.
struct ReceivedRequest: Sendable {
    var method: HTTPMethod
    var path: String
    var headers: HTTPHeaders
    var body: [UInt8]
    var trailers: HTTPHeaders?
    /// Counts the connections from 0 in the order in which they were made.
    var connection: Int

    /// The last part of the path: `next`, `response` or `error`.
    var call: String { path.split(separator: "/").last.map(String.init) ?? "" }
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// What the server does with a request.
enum Answer: Sendable {
    case http(Int, headers: HTTPHeaders = [:], body: [UInt8] = [])
    /// These bytes as they are, and then the end of the connection.
    case raw([UInt8])
    /// The end of the connection without an answer.
    case drop
    /// No answer for as long as the test lasts.
    case silence
    /// No answer; the run loop is told to stop.
    case stop

    static func raw(_ text: String) -> Answer { .raw(Array(text.utf8)) }

    static let accepted = Answer.http(202, body: Array(#"{"status":"OK"}"#.utf8))

    static func refusal(_ status: Int, _ type: String) -> Answer {
        .http(status, body: Array(#"{"errorMessage":"no","errorType":"\#(type)"}"#.utf8))
    }

    static func event(_ body: [UInt8], id: String = "request-1", _ headers: HTTPHeaders = [:]) -> Answer {
        var all: HTTPHeaders = ["Content-Type": "application/json", "Lambda-Runtime-Aws-Request-Id": id]
        all.add(contentsOf: headers)
        return .http(200, headers: all, body: body)
    }

    static func event(_ text: String, id: String = "request-1", _ headers: HTTPHeaders = [:]) -> Answer {
        event(Array(text.utf8), id: id, headers)
    }
}

/// How the server behaves: one small value a test.
protocol RuntimeAPIBehaviour: Sendable {
    mutating func answer(_ request: ReceivedRequest) -> Answer
    /// Whether the connection is cut as soon as a first piece of a request's body has come.
    var cutsBodies: Bool { get }
}

extension RuntimeAPIBehaviour {
    var cutsBodies: Bool { false }
}

/// Hands out a list of answers to `/next`, then stops the loop; takes every response unless told otherwise.
struct Script: RuntimeAPIBehaviour {
    var events: [Answer]
    var posts: [Answer] = []
    var cutsBodies = false

    init(_ events: Answer..., posts: [Answer] = [], cutsBodies: Bool = false) {
        self.events = events
        self.posts = posts
        self.cutsBodies = cutsBodies
    }

    mutating func answer(_ request: ReceivedRequest) -> Answer {
        if request.call == "next" { return events.isEmpty ? .stop : events.removeFirst() }
        return posts.isEmpty ? .accepted : posts.removeFirst()
    }
}
