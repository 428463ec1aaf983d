import AWSClient
import ArgumentParser
import Dispatch
import Foundation
import JSONValue

/// `darkroom record`: writes down what comes in from outside, with what goes out.
struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record requests and their answers on a running cloud, for 'darkroom replay'.",
        discussion: """
            Requests to the HTTP APIs, direct calls of functions and presigned requests are written to one file, a line \
            each, until Ctrl-C. Passwords, tokens, codes, cookies and signatures are left out: what stands in their place \
            lets a replay log in anew.
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; it must not be there yet.", valueName: "FILE"))
    var output = "session.jsonl"

    @Option(help: ArgumentHelp("Keep bodies up to this many bytes.", valueName: "BYTES"))
    var bodyLimit = 16 << 20

    @Option(
        name: .customLong("secret"),
        help: ArgumentHelp(
            "A name of members, fields and parameters that are secret here; may be repeated.", valueName: "NAME"))
    var secretNames: [String] = []

    @OptionGroup var reach: RunningCloudOptions

    func run() async throws {
        let end = EndSignal()
        let cloud = try await reach.find()
        guard let endpoint = Endpoint(cloud.edge.absoluteString) else {
            complain("\(cloud.edge) is no address of a cloud.")
            throw ExitCode.failure
        }
        var query = URLComponents()
        query.queryItems =
            [URLQueryItem(name: "bodyLimit", value: String(bodyLimit))]
            + secretNames.map { URLQueryItem(name: "secret", value: $0) }
        do {
            let (status, body) = try await PlainHTTPClient().stream(
                from: endpoint, target: "/_darkroom/record?" + (query.percentEncodedQuery ?? ""))
            guard status == 200 else {
                let answer = try JSONValue(parsing: try await body.collect(limit: 65536))
                complain(answer["error"]?.string ?? answer.text())
                throw ExitCode.failure
            }
            let file = try SessionFile(path: output)
            complain("Recording what comes in at \(cloud.edge) and its HTTP APIs into \(output). Ctrl-C ends it.")
            let reading = Task { try await Self.copy(body, to: file) }
            let ending = Task {
                let signal = await end.wait()
                reading.cancel()
                return signal
            }
            let outcome = await reading.result
            ending.cancel()
            try file.finish()
            if case .failure(let error) = outcome, !reading.isCancelled { complain("The cloud has gone: \(error)") }
            complain(file.summary)
        } catch let error as ExitCode {
            throw error
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
    }

    /// Writes what comes, until it ends or the task is cancelled.
    private static func copy(_ body: StreamedBody, to file: SessionFile) async throws {
        for try await piece in body { try file.write(piece) }
    }
}
