import AWSSigning
import Synchronization
import Testing

@testable import AWSClient

/// A client whose time stands still, whose pauses are only written down, and whose chance always picks the longest.
struct TestClient {
    let client: AWSClient
    private let world: World

    private final class World: Sendable {
        let now = Mutex<Int64>(1_440_938_160_000)
        let pauses = Mutex<[Duration]>([])
    }

    static let credentials = Credentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

    init(
        port: Int, credentials: Credentials = Self.credentials, transport: TransportOptions = TransportOptions(),
        retryPolicy: RetryPolicy = .standard
    ) {
        let world = World()
        self.world = world
        client = AWSClient(
            configuration: AWSConfiguration(
                region: "us-east-1", credentials: credentials,
                endpoint: Endpoint(isSecure: false, host: "127.0.0.1", port: port)),
            transport: transport, retryPolicy: retryPolicy,
            dependencies: ClientDependencies(
                now: { world.now.withLock { $0 } },
                sleep: { pause in
                    try Task.checkCancellation()
                    world.pauses.withLock { $0.append(pause) }
                    world.now.withLock { $0 += Int64(pause.milliseconds) }
                },
                random: { 1 }, identifier: { "00000000-0000-4000-8000-000000000000" }))
    }

    var pauses: [Duration] { world.pauses.withLock { $0 } }
    func advance(to milliseconds: Int64) { world.now.withLock { $0 = milliseconds } }
    var now: Int64 { world.now.withLock { $0 } }
    var s3: S3Client { S3Client(client) }
    var dynamoDB: DynamoDBClient { DynamoDBClient(client) }
    var lambda: LambdaClient { LambdaClient(client) }
}

extension FakeServer.Request {
    /// Checks the signature as the service would.
    func verifySignature(secret: String = TestClient.credentials.secretAccessKey) throws {
        let request = SignableRequest(method: method, path: path, query: query, headers: headers)
        let signature = try #require(try SignatureV4.parse(request))
        try signature.verify(
            request, secretAccessKey: secret, now: SigningDate(secondsSinceEpoch: 1_440_938_160), bodyHash: .of(body))
        if case .sha256(let hash) = signature.payload { #expect(PayloadHash.of(body).headerValue == hash) }
    }
}
