import Testing

@testable import CloudLambda

extension RuntimeAPITests {
    /// What callers say of the trace, and what the runtime is told: always a root, a parent and whether it is sampled.
    @Test(arguments: [
        ("Root=1-5759e988-bd862e3fe1be46a994272793", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=NEW;Sampled=0"),
        (
            "Root=1-5759E988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            "Root=1-5759E988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        ),
        (
            "Self=1-67891234-12456789abcdef012345678;Sampled=?; Root=1-67891233-abcdef012345678912345678;Parent=x;;",
            "Root=1-67891233-abcdef012345678912345678;Parent=NEW;Sampled=0;Self=1-67891234-12456789abcdef012345678"
        ),
        (
            "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a:0",
            "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a:0"
        ),
        ("Root=1-2-3;Parent=53995c3f42cd8ad8;Sampled=1", "Root=NEW;Parent=NEW;Sampled=0"),
        ("Root=2-67891233-abcdef012345678912345678", "Root=NEW;Parent=NEW;Sampled=0"),
        ("Root=1-67891233-abcdef01234567891234567g", "Root=NEW;Parent=NEW;Sampled=0"),
        ("Parent=53995c3f42cd8ad8;Sampled=1", "Root=NEW;Parent=NEW;Sampled=0"), ("", "Root=NEW;Parent=NEW;Sampled=0"),
        ("nonsense", "Root=NEW;Parent=NEW;Sampled=0"),
        (
            "Root=1-67891233-abcdef012345678912345678;A=\(String(repeating: "a", count: 1024))",
            "Root=NEW;Parent=NEW;Sampled=0"
        ),
    ])
    func theTraceIsWhole(_ given: String, _ expected: String) async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task {
                await lambda.request(
                    "POST", "/2015-03-31/functions/f/invocations", "{}", headers: [("X-Amzn-Trace-Id", given)])
            }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            let trace = try #require(event.headers["lambda-runtime-trace-id"])
            var pattern = trace
            if expected.hasPrefix("Root=NEW") {
                pattern = pattern.replacing(/Root=1-[0-9a-f]{8}-[0-9a-f]{24}/, with: "Root=NEW")
            }
            if expected.contains("Parent=NEW") {
                pattern = pattern.replacing(/Parent=[0-9a-f]{16}/, with: "Parent=NEW")
            }
            #expect(pattern == expected)
            _ = try await connection.respond(event.requestID, "1")
            #expect(await call.value.headers["X-Amzn-Trace-Id"] == [trace])
            await connection.close()
        }
    }
}
