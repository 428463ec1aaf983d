import Digests
import JSONValue
import LambdaRuntime
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// A cloud with tables and a bucket of this run's own: a local one in this process, or whatever `AWS_ENDPOINT_URL` leads
/// to, which may be any other that speaks the same protocols, or AWS.
struct Cloud: Sendable {
    /// Where the scenario's cloud is; see ``OnACloud``.
    @TaskLocal static var edgeURL: String?

    let service: PictureService
    let aws: AWSClient

    /// Makes tables and a bucket such as the template declares.
    init(_ change: (inout ServiceSettings) -> Void = { _ in }) async throws {
        let prefix = "t\(Hex.encode(randomBytes(6)))-"
        var variables = TestSettings.variables
        for name in [
            "PICTURES_TABLE", "USER_INFO_TABLE", "USER_AUTH_TABLE", "LOGIN_ATTEMPTS_TABLE", "SETTINGS_TABLE",
            "STATISTICS_TABLE", "PICTURES_BUCKET",
        ] {
            variables[name] = prefix + (variables[name] ?? "")
        }
        var settings = try ServiceSettings(environment: Environment(variables))
        settings.passwordParameters = .quick
        change(&settings)
        var configuration = AWSConfiguration(
            region: "us-east-1", credentials: Credentials(accessKeyID: "test", secretAccessKey: "test"))
        configuration.endpoint = Endpoint(try #require(Self.edgeURL, "the suite is not .onACloud"))
        aws = AWSClient(configuration: configuration)
        service = PictureService(settings: settings, aws: aws)
        try await createTables(prefix)
        let s3 = S3Client(aws)
        _ = try await aws.send(try s3.request("PUT", settings.bucket), options: .none)
    }

    func client() -> FunctionClient { FunctionClient(service) }

    /// Everybody's password.
    static let password = "correct horse"

    /// A client with an account of its own that is logged in.
    func member(_ username: String) async throws -> FunctionClient { try await signedUp(username, [:]) }

    /// The admin, logged in.
    func admin() async throws -> FunctionClient {
        try await signedUp("admin", ["adminCode": .string(TestSettings.adminCode)])
    }

    private func signedUp(_ username: String, _ more: JSONObject) async throws -> FunctionClient {
        var client = client()
        let credentials: JSONObject = ["username": .string(username), "password": .string(Self.password)]
        let signUp = JSONObject(Array(credentials) + Array(more))
        let signedUp = try await client.send("POST", "/signup", json: .object(signUp))
        try #require(signedUp.status == 201, "\(signedUp.json.text())")
        let session = try await client.send("POST", "/login", json: .object(credentials))
        client.token = try #require(session.json["token"]?.string)
        return client
    }

    /// The names of all objects in the bucket.
    func objects() async throws -> [String] {
        try await S3Client(aws).objects(bucket: service.settings.bucket).collect().map(\.key)
    }

    /// The objects that rows point to.
    func referencedObjects() async throws -> [String] {
        try await DynamoDBClient(aws).items(DynamoDBSelection(table: service.settings.tables.pictures)).collect()
            .compactMap { $0["object"]?.string }
    }

    private func createTables(_ prefix: String) async throws {
        let resources = try Repository.json("template.json")["Resources"]?.object ?? [:]
        for (_, resource) in resources where resource["Type"] == "AWS::DynamoDB::Table" {
            guard var table = resource["Properties"]?.object else { continue }
            let name = table["TableName"]?["Fn::Sub"]?.string ?? ""
            table["TableName"] = .string(prefix + (name.split(separator: "}").last ?? ""))
            table["TimeToLiveSpecification"] = nil
            table["PointInTimeRecoverySpecification"] = nil
            _ = try await aws.json(
                .dynamoDB, operation: "CreateTable", body: .object(table), idempotent: false)
        }
    }
}
