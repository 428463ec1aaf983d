import AWSClient
import CloudCore
import Emulator
import Template

/// A running cloud, for a test; see ``withLocalCloud(template:functions:parameters:clock:recognitionRules:_:)``.
public struct TestCloud: Sendable {
    /// The base URL of the AWS services, for other SDKs: what `AWS_ENDPOINT_URL` is to be.
    public var edgeURL: String { cloud.edgeURL }
    /// The base URL of the HTTP APIs.
    public var gatewayURL: String { cloud.gatewayURL }
    /// The time.
    public var clock: TestClock { TestClock(cloud: cloud) }
    /// A client of the services, for what this type has no words for: `S3Client(cloud.aws)`, `DynamoDBClient(cloud.aws)`.
    public let aws: AWSClient
    /// The variables by which any AWS SDK finds this cloud.
    public let environment: [String: String]

    let cloud: LocalCloud
    let log: CloudLog

    /// What the template declares.
    package var template: ServerlessTemplate { cloud.template }

    init(_ cloud: LocalCloud, configuration: CloudConfiguration, log: CloudLog) throws {
        self.cloud = cloud
        self.log = log
        environment = [
            "AWS_ENDPOINT_URL": cloud.edgeURL, "AWS_REGION": configuration.identity.region,
            "AWS_DEFAULT_REGION": configuration.identity.region,
            "AWS_ACCESS_KEY_ID": configuration.credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": configuration.credentials.secretAccessKey,
        ]
        // A test wants to see the first answer, not the third.
        aws = AWSClient(configuration: try AWSConfiguration(environment: environment), retryPolicy: .never)
    }

    /// What the cloud and its functions have said so far, oldest line first; the last 10,000 lines.
    public var logs: [String] { log.lines }
}
