import DarkroomTesting
import Foundation
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// A cloud whose clock stands still but for when the test turns it, and far from the machine's, so that nothing goes
/// unnoticed that is compared across the two.
struct TurnedCloud: Sendable {
    let cloud: Cloud
    let clock: TestClock

    /// What the cloud's clock shows.
    var now: Pictures.Timestamp {
        Pictures.Timestamp(milliseconds: Int64((clock.now.timeIntervalSince1970 * 1_000).rounded()))
    }

    static func run(_ test: @Sendable (TurnedCloud) async throws -> Void) async throws {
        // 1 March 2031.
        try await withLocalCloud(clock: .stopped(at: Date(timeIntervalSince1970: 1_930_089_600))) { local in
            try await Cloud.$edgeURL.withValue(local.edgeURL) {
                try await test(TurnedCloud(cloud: try await Cloud(), clock: local.clock))
            }
        }
    }

    /// The event of a schedule that fires now.
    var event: JSONValue {
        [
            "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "0",
            "time": .string(String(now.description.prefix(19)) + "Z"), "region": "us-east-1", "resources": [],
            "detail": [:],
        ]
    }

    /// Calls the sweeper; as a process that is killed after so many requests, if a number is given.
    ///
    /// - Returns: its report; nil where it was killed.
    @discardableResult
    func sweep(killedAfter requests: Int? = nil, _ event: JSONValue? = nil) async throws -> JSONValue? {
        let settings = try TestSettings.sweep()
        return try await call(event, killedAfter: requests) { SweeperFunction.router($0, settings) }
    }

    /// Calls the backup function.
    @discardableResult
    func backUp(killedAfter requests: Int? = nil, _ event: JSONValue? = nil) async throws -> JSONValue? {
        let settings = try TestSettings.backup()
        return try await call(event, killedAfter: requests) { BackupFunction.router($0, settings) }
    }

    private func call(
        _ event: JSONValue?, killedAfter requests: Int?, _ router: (PictureService) -> Router
    ) async throws -> JSONValue? {
        let bytes = (event ?? self.event).encoded()
        let context = Context(deadline: .after(.seconds(60)), logger: Logger(sink: LogSink { _ in }))
        guard let requests else {
            return try JSONValue(parsing: try await router(cloud.service).respond(to: bytes, context: context))
        }
        let port = try #require(cloud.aws.configuration.endpoint?.port)
        let relay = try await CutOffRelay(to: port, requests: requests)
        var configuration = cloud.aws.configuration
        configuration.endpoint = Endpoint(isSecure: false, host: "127.0.0.1", port: relay.port)
        let service = PictureService(
            settings: cloud.service.settings, aws: AWSClient(configuration: configuration, retryPolicy: .never))
        // What the function would still say or do after its end reaches nobody.
        let output = try? await router(service).respond(to: bytes, context: context)
        let wasKilled = relay.hasCut
        try await relay.stop()
        return wasKilled ? nil : try output.map { try JSONValue(parsing: $0) }
    }
}
