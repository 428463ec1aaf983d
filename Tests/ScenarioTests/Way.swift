import DarkroomTesting
import PictureFunctions
import Testing

/// A way from a test to the functions. Every scenario takes each of them.
enum Way: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// Handlers in the test's process, called by the Invoke API with a gateway's events.
    case inProcess = "in process"
    /// The `bootstrap` that is deployed, in processes of its own, called by the Invoke API with a gateway's events.
    case spawned = "through the bootstrap"
    /// The same program behind the gateway, called over HTTP.
    case overHTTP = "over HTTP"

    var testDescription: String { rawValue }

    var functions: FunctionHosting {
        switch self {
        case .inProcess: .inProcess(pictureFunctions)
        case .spawned, .overHTTP: .product("bootstrap")
        }
    }

    /// Runs a scenario on a cloud of its own.
    func run(
        recognitionRules: String? = nil, _ body: @Sendable (Visitor) async throws -> Void
    ) async throws {
        try await withLocalCloud(
            template: Self.template, functions: functions, recognitionRules: recognitionRules
        ) { cloud in
            try await body(Visitor(cloud: cloud, way: self))
        }
    }

    private static let template = String(
        (#filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3) + ["template.json"])
            .joined(separator: "/"))
}
