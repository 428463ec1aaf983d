import AWSClient
import AWSSigning
import ArgumentParser
import CloudCore
import Emulator
import Foundation
import Replay

/// The options of commands that call functions: on the running cloud, or on one of their own.
struct CloudAccess: ParsableArguments {
    @Option(help: ArgumentHelp("The address of a running cloud's AWS services.", valueName: "URL"))
    var endpoint: String?

    @Flag(help: "Start a cloud that keeps nothing, even if one is running.")
    var ephemeral = false

    @OptionGroup var cloud: CloudOptions

    /// Calls functions of the running cloud, or of one that is started for as long as `body` runs.
    ///
    /// - Throws: `ExitCode` after saying why there is no cloud; what `body` throws.
    func withFunctions<Value>(_ body: (LambdaClient) async throws -> Value) async throws -> Value {
        if !ephemeral, let running = try await reach.findIfRunning() {
            return try await body(client(of: running.edge.absoluteString))
        }
        let own = try await startOwn(ephemeral ? .ephemeral : nil)
        let outcome = await Result { try await body(client(of: own.edgeURL)) }
        await own.stop()
        return try outcome.get()
    }

    /// Gives `body` the cloud that is named, or a fresh one that lasts as long as `body` runs, with the names of its
    /// functions.
    ///
    /// - Throws: `ExitCode` after saying why there is no cloud; what `body` throws.
    func withCloud<Value>(_ body: (SessionReplay.Target, _ functions: [String]) async throws -> Value) async throws
        -> Value
    {
        if endpoint != nil, let running = try await reach.findIfRunning() {
            let (_, state) = try await running.control("state", nil)
            let (_, clock) = try await running.control("clock", nil)
            let target = SessionReplay.Target(
                edge: running.edge.absoluteString, gateway: state["gateway"]?.string ?? "",
                clock: clock["now"]?.string.flatMap { Timestamp(iso8601: $0) } ?? .machineTime)
            return try await body(target, state["functions"]?.array?.compactMap(\.string) ?? [])
        }
        let own = try await startOwn(.ephemeral)
        let target = SessionReplay.Target(edge: own.edgeURL, gateway: own.gatewayURL, clock: own.clock.now)
        let outcome = await Result { try await body(target, own.template.functions.map(\.name)) }
        await own.stop()
        return try outcome.get()
    }

    /// What requests to the cloud are signed with.
    var credentials: Credentials {
        let (accessKeyID, secret) = cloud.configuration().credentials
        return Credentials(accessKeyID: accessKeyID, secretAccessKey: secret)
    }

    private var reach: RunningCloudOptions {
        var reach = RunningCloudOptions()
        reach.endpoint = endpoint
        reach.directory = cloud.data
        return reach
    }

    private func startOwn(_ data: CloudConfiguration.Data?) async throws -> LocalCloud {
        var configuration = cloud.configuration()
        configuration.edgePort = 0
        configuration.gatewayPort = 0
        if let data { configuration.data = data }
        do {
            return try await LocalCloud.start(configuration, log: ActivityLog(.silent, clock: configuration.clock))
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
    }

    /// A client that waits as long as a function may run, and calls once.
    private func client(of address: String) throws -> LambdaClient {
        let configuration = cloud.configuration()
        return LambdaClient(
            AWSClient(
                configuration: try AWSConfiguration(environment: [
                    "AWS_REGION": configuration.identity.region, "AWS_ENDPOINT_URL": address,
                    "AWS_ACCESS_KEY_ID": configuration.credentials.accessKeyID,
                    "AWS_SECRET_ACCESS_KEY": configuration.credentials.secretAccessKey,
                ]),
                retryPolicy: .never))
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous call gives, or the error that it throws.
    init(_ call: () async throws -> Success) async {
        do { self = .success(try await call()) } catch { self = .failure(error) }
    }
}
