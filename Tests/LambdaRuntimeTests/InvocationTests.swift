import JSONValue
import NIOConcurrencyHelpers
import Testing

@testable import LambdaRuntime

@Suite("Serving invocations", .timeLimit(.minutes(1)))
struct InvocationTests {
    @Test("An event comes back byte for byte, over one connection")
    func echo() async throws {
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let served = try await serve(
            Script(.event("{}", id: "a"), .event(large, id: "b"), .event([UInt8](), id: "c")),
            ["echo": { _ in Probe.echo }])
        #expect(served.exit == .stopped)
        #expect(served.order == ["next", "response", "next", "response", "next", "response", "next"])
        #expect(served.posts.map(\.body) == [Array("{}".utf8), large, []])
        #expect(served.posts.map(\.path) == ["a", "b", "c"].map { "/2018-06-01/runtime/invocation/\($0)/response" })
        #expect(Set(served.requests.map(\.connection)) == [0])
    }

    @Test("Requests carry what the Runtime API asks for and nothing that holds them up")
    func requestHeaders() async throws {
        let large = [UInt8](repeating: 0x20, count: 2_000_000)
        let served = try await serve(Script(.event(large)), ["echo": { _ in Probe.echo }])
        let post = try #require(served.posts.first)
        #expect(post.headers["content-type"] == ["application/json"])
        #expect(post.headers["content-length"] == ["2000000"])
        #expect(post.headers["expect"].isEmpty)
        #expect(post.headers["transfer-encoding"].isEmpty)
        #expect(post.headers["user-agent"].first?.contains("/") == true)
        #expect(served.requests.first?.path == "/2018-06-01/runtime/invocation/next")
    }

    @Test("A handler that leaves the response alone answers null; another content type is passed on in one line")
    func responses() async throws {
        let served = try await serve(Script(.event("0"), .event("1"))) { event, response, _ in
            if event == Array("1".utf8) { response.send("<p>", contentType: "text/html\r\nX-Forged: 1") }
        }
        #expect(served.posts.map(\.text) == ["null", "<p>"])
        #expect(served.posts.last?.headers["content-type"] == ["text/htmlX-Forged: 1"])
        #expect(served.posts.last?.headers["x-forged"].isEmpty == true)
    }

    @Test("What a handler throws is reported as valid JSON, and the next event is served")
    func thrownError() async throws {
        let served = try await serve(Script(.event("0", id: "a"), .event("1", id: "b"))) { event, response, _ in
            if event == Array("0".utf8) { throw OutOfStock() }
            response.send(event)
        }
        #expect(served.posts.map(\.call) == ["error", "response"])
        let post = try #require(served.posts.first)
        #expect(post.path == "/2018-06-01/runtime/invocation/a/error")
        #expect(post.headers["lambda-runtime-function-error-type"] == ["Function.OutOfStock"])
        let report = try JSONValue(parsing: post.body)
        #expect(report["errorMessage"]?.string == OutOfStock().description)
        #expect(report["errorType"] == "OutOfStock")
        #expect(report["stackTrace"] == [])
        #expect(served.log.contains { $0.contains("a ERROR") && $0.contains("OutOfStock") })
    }

    @Test("The context holds what the headers and the environment say")
    func context() async throws {
        let seen = NIOLockedValueBox<Context?>(nil)
        let deadline = WallClock.milliseconds() + 60_000
        let event = Answer.event(
            "{}", id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            [
                "Lambda-Runtime-Deadline-Ms": "\(deadline)",
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:000000000000:function:echo:live",
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1",
                "Lambda-Runtime-Client-Context": #"{"custom":{"shop":"näh"}}"#,
                "Lambda-Runtime-Cognito-Identity": #"{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}"#,
                "Lambda-Runtime-Aws-Tenant-Id": "blue",
            ])
        let served = try await serve(
            Script(event),
            environment: [
                "AWS_LAMBDA_FUNCTION_NAME": "echo", "AWS_LAMBDA_FUNCTION_VERSION": "7",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/echo",
                "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/21/[7]abc",
            ]
        ) { _, _, context in
            context.logger.info("here")
            seen.withLockedValue { $0 = context }
        }
        let context = try #require(seen.withLockedValue { $0 })
        #expect(context.requestID == "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        #expect(context.deadline.millisecondsSinceEpoch == deadline)
        #expect(context.remainingTime > .zero && context.remainingTime <= .seconds(60))
        #expect(context.invokedFunctionARN.hasSuffix(":live"))
        #expect(context.traceID == "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1")
        #expect(context.clientContext?["custom"]?["shop"] == "näh")
        #expect(context.identity == CognitoIdentity(identityID: "i", identityPoolID: "p"))
        #expect(context.tenantID == "blue")
        #expect(context.functionName == "echo" && context.functionVersion == "7" && context.memorySize == 512)
        #expect(context.logGroupName == "/aws/lambda/echo" && context.logStreamName == "2026/11/21/[7]abc")
        #expect(served.log.contains { $0.contains("8476a536-e9f4-11e8-9739-2dfe598c3fcd INFO here") })
    }

    @Test("Missing headers are made up for, and a context that is no JSON is none")
    func sparseHeaders() async throws {
        let seen = NIOLockedValueBox<Context?>(nil)
        let event = Answer.event(
            "{}", ["Lambda-Runtime-Client-Context": "{", "Lambda-Runtime-Cognito-Identity": "[]"])
        _ = try await serve(Script(event)) { _, _, context in seen.withLockedValue { $0 = context } }
        let context = try #require(seen.withLockedValue { $0 })
        #expect(context.remainingTime > .seconds(800))
        #expect(context.invokedFunctionARN == "" && context.traceID == nil)
        #expect(context.clientContextJSON == "{" && context.clientContext == nil && context.identity == nil)
    }

    @Test("Work put off runs after the response and before the next event, whatever it throws")
    func afterResponse() async throws {
        let order = NIOLockedValueBox<[String]>([])
        @Sendable func note(_ text: String) { order.withLockedValue { $0.append(text) } }
        struct Noting: RuntimeAPIBehaviour {
            var script = Script(.event("0"), .event("1"))
            let note: @Sendable (String) -> Void
            mutating func answer(_ request: ReceivedRequest) -> Answer {
                note(request.call)
                return script.answer(request)
            }
        }
        let served = try await serve(Noting(note: note)) { event, response, context in
            let name = String(decoding: event, as: UTF8.self)
            context.afterResponse {
                await Task.yield()
                note("work \(name)")
                context.afterResponse { note("more \(name)") }
                throw OutOfStock()
            }
            if name == "1" { throw OutOfStock() }
        }
        let expected = [
            "next", "response", "work 0", "more 0", "next", "error", "work 1", "more 1", "next",
        ]
        #expect(order.withLockedValue { $0 } == expected)
        #expect(served.log.filter { $0.contains("after the response failed") }.count == 2)
    }
}
