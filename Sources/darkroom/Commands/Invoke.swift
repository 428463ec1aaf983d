import AWSClient
import ArgumentParser
import CloudCore
import Emulator
import Foundation
import JSONValue

/// `darkroom invoke`: calls one function with an event and prints its answer.
struct Invoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Call a function with an event.",
        discussion: """
            On the running cloud, if there is one; else on one that is started for the call, with the data of the data \
            directory. The answer goes to standard output as the function gave it, its log to standard error. The exit \
            status is 1 when the function failed.
            """)

    @Argument(help: "The function's name.")
    var function: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A file with the event, in JSON; - for standard input.", valueName: "FILE"))
    var event: String?

    @Option(help: ArgumentHelp("The event itself.", valueName: "JSON"))
    var payload: String?

    @Flag(help: "Hand the event over without waiting for the function.")
    var async = false

    @Flag(help: "Start a cloud that keeps nothing, even if one is running.")
    var ephemeral = false

    @Option(help: ArgumentHelp("The address of a running cloud's AWS services.", valueName: "URL"))
    var endpoint: String?

    @OptionGroup var cloud: CloudOptions

    func validate() throws {
        if event != nil, payload != nil {
            throw ValidationError("Give the event by --event or by --payload, not by both.")
        }
    }

    func run() async throws {
        let payload = try readPayload()
        let own: LocalCloud?
        let address: String
        if let running = try await runningCloud() {
            (own, address) = (nil, running.edge.absoluteString)
        } else {
            let started = try await startOwn()
            (own, address) = (started, started.edgeURL)
        }
        let answer = await Result { try await call(address, payload) }
        await own?.stop()
        switch answer {
        case .success(let answer):
            if let log = answer.logTail, !log.isEmpty { FileHandle.standardError.write(Data(log.utf8)) }
            FileHandle.standardOutput.write(Data(answer.payload))
            if isatty(1) == 1 { print() }
            if answer.functionError != nil { throw ExitCode(1) }
        case .failure(let error):
            complain("\(error)")
            throw ExitCode.failure
        }
    }

    private func readPayload() throws -> [UInt8] {
        if let payload { return Array(payload.utf8) }
        switch event {
        case nil: return Array("{}".utf8)
        case "-": return Array(FileHandle.standardInput.readDataToEndOfFile())
        case let path?:
            guard let contents = FileManager.default.contents(atPath: path) else {
                throw ValidationError("There is no file '\(path)' that can be read.")
            }
            return Array(contents)
        }
    }

    private func runningCloud() async throws -> RunningCloud? {
        if ephemeral { return nil }
        var reach = RunningCloudOptions()
        reach.endpoint = endpoint
        reach.directory = cloud.data
        return try await reach.findIfRunning()
    }

    private func startOwn() async throws -> LocalCloud {
        var configuration = cloud.configuration()
        configuration.edgePort = 0
        configuration.gatewayPort = 0
        if ephemeral { configuration.data = .ephemeral }
        do {
            return try await LocalCloud.start(configuration, log: ActivityLog(.silent, clock: configuration.clock))
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
    }

    private func call(_ address: String, _ payload: [UInt8]) async throws -> LambdaClient.Answer {
        let client = try LambdaClient(address: address, cloud.configuration())
        return try await client.invoke(
            function, payload: payload, type: async ? .event : .requestResponse, logTail: !async)
    }
}

extension LambdaClient {
    /// A client of a local cloud. It waits as long as a function may run, and calls once.
    init(address: String, _ configuration: CloudConfiguration) throws {
        let client = AWSClient(
            configuration: try AWSConfiguration(environment: [
                "AWS_REGION": configuration.identity.region, "AWS_ENDPOINT_URL": address,
                "AWS_ACCESS_KEY_ID": configuration.credentials.accessKeyID,
                "AWS_SECRET_ACCESS_KEY": configuration.credentials.secretAccessKey,
            ]),
            transport: TransportOptions(totalTimeout: .seconds(960), stallTimeout: .seconds(960)), retryPolicy: .never)
        self.init(client)
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous call gives, or the error that it throws.
    init(_ call: () async throws -> Success) async {
        do { self = .success(try await call()) } catch { self = .failure(error) }
    }
}
