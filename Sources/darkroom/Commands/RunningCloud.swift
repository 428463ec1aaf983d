import AWSClient
import ArgumentParser
import CloudCore
import Emulator
import Foundation
import JSONValue

/// How a command finds the cloud that it is about.
struct RunningCloudOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address of a running cloud's AWS services.", valueName: "URL"))
    var endpoint: String?

    @Option(name: .customLong("data"), help: ArgumentHelp("The data directory of the running cloud.", valueName: "DIR"))
    var directory = ".darkroom"

    /// The cloud that the options name; else the one that holds the data directory.
    ///
    /// - Throws: `ExitCode` after saying that there is none.
    func find() async throws -> RunningCloud {
        if let cloud = try await findIfRunning() { return cloud }
        complain(
            "No cloud is running with the data directory \(directory): start one with 'darkroom up', or name one with --endpoint."
        )
        throw ExitCode.failure
    }

    /// The cloud that the options name, if it is running.
    ///
    /// - Throws: `ExitCode` after saying so, when one is named explicitly and does not answer.
    func findIfRunning() async throws -> RunningCloud? {
        if let endpoint {
            guard let url = URL(string: endpoint), let cloud = await RunningCloud(answeringAt: url) else {
                complain("No cloud answers at \(endpoint).")
                throw ExitCode.failure
            }
            return cloud
        }
        guard let address = CloudAddressFile.read(in: directory), let url = URL(string: address.edge) else {
            return nil
        }
        return await RunningCloud(answeringAt: url)
    }
}

/// A cloud in another process.
struct RunningCloud {
    let edge: URL
    private let endpoint: Endpoint
    /// An answer may be long in coming: a clock that is advanced by months answers when all that is due has been done.
    private let controls = PlainHTTPClient(patience: .seconds(86_400))

    /// Bytes that an answer may have.
    private static let answerLimit = 64 << 20

    /// A cloud, if it answers.
    init?(answeringAt edge: URL) async {
        guard let endpoint = Endpoint(edge.absoluteString) else { return nil }
        self.edge = edge
        self.endpoint = endpoint
        guard let (status, _) = try? await control("health", nil), status == 200 else { return nil }
    }

    /// Calls one of the addresses under `/_darkroom/`.
    func control(_ path: String, _ body: JSONValue?) async throws -> (status: Int, body: JSONValue) {
        let answer = try await controls.send(
            body == nil ? "GET" : "POST", to: endpoint, target: "/_darkroom/" + path, headers: [],
            body: body?.encoded() ?? [], limit: Self.answerLimit)
        return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null)
    }

    /// A client of the cloud's services, with the credentials of the environment or else those of every local cloud.
    func client() throws -> AWSClient {
        let environment = ProcessInfo.processInfo.environment
        var settings = [
            "AWS_REGION": CloudIdentity.defaultRegion, "AWS_ENDPOINT_URL": edge.absoluteString,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        ]
        if let key = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] {
            settings["AWS_ACCESS_KEY_ID"] = key
            settings["AWS_SECRET_ACCESS_KEY"] = secret
        }
        return AWSClient(configuration: try AWSConfiguration(environment: settings))
    }
}
