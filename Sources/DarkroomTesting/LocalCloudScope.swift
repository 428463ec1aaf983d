import CloudCore
import Emulator
import Foundation

/// Starts a local cloud from a template for as long as a test's body runs.
///
/// The cloud is in this process, on free ports, with data of its own that is gone afterwards; any number can run side by
/// side. Everything that the template declares is there when the body begins.
///
///     @Test func keepsWhatWasOrdered() async throws {
///         try await withLocalCloud(template: "template.json", functions: .inProcess(shopFunctions)) { cloud in
///             let answer = try await cloud.request(.post, "/orders", json: ["item": "tea"])
///             #expect(answer.status == 201)
///             #expect(try await cloud.items(in: "Orders").count == 1)
///         }
///     }
///
/// Where an expectation fails in the body, the cloud's log since the last failure stands beside it.
///
/// - Parameters:
///   - template: the path of the SAM template, from the current directory, which under `swift test` is the package's
///     root; nil for a cloud with services alone.
///   - functions: what runs the template's functions.
///   - parameters: values for the template's parameters.
///   - clock: how time passes in the cloud.
///   - recognitionRules: the path of a file with fixed answers for pictures, so that a test does not depend on what a
///     model makes of them.
///   - body: the test. The cloud ends when it returns or throws.
/// - Returns: what the body returns.
/// - Throws: what the body throws; why the cloud could not start, in words that say what to do.
@discardableResult
public func withLocalCloud<Value: Sendable>(
    template: String? = nil, functions: FunctionHosting = .asDeclared, parameters: [String: String] = [:],
    clock: TestClock.Start = .realTime, recognitionRules: String? = nil,
    _ body: @Sendable (TestCloud) async throws -> Value
) async throws -> Value {
    var configuration = CloudConfiguration()
    configuration.template = template
    configuration.parameters = parameters
    configuration.data = .ephemeral
    configuration.edgePort = 0
    configuration.gatewayPort = 0
    configuration.recognitionRules = recognitionRules
    configuration.clock = clock.makeClock()
    functions.apply(to: &configuration)
    let log = CloudLog(clock: configuration.clock)
    let running = try await LocalCloud.start(configuration, log: log.activity)
    let outcome: Result<Value, any Error>
    do {
        let cloud = try TestCloud(running, configuration: configuration, log: log)
        outcome = .success(try await log.besideFailures { try await body(cloud) })
    } catch {
        outcome = .failure(error)
    }
    await running.stop()
    return try outcome.get()
}
