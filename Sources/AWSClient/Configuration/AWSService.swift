/// A service of AWS: how it is addressed, signed and spoken to.
public struct AWSService: Sendable, Hashable {
    /// The name in errors and logs: `DynamoDB`.
    public var name: String
    /// The first part of its host name: `dynamodb` in `dynamodb.eu-central-1.amazonaws.com`.
    public var endpointPrefix: String
    /// The name in credential scopes; CloudWatch signs as `monitoring`.
    public var signingName: String
    /// What follows `AWS_ENDPOINT_URL_` in the environment.
    public var environmentSuffix: String
    /// What stands before the operation in `X-Amz-Target`, for services of the JSON protocols: `DynamoDB_20120810`.
    public var targetPrefix: String?
    /// The version of the JSON protocol, `1.0` or `1.1`.
    public var jsonVersion: String

    /// A service that is not in the list here.
    public init(
        name: String, endpointPrefix: String, signingName: String? = nil, environmentSuffix: String,
        targetPrefix: String? = nil, jsonVersion: String = "1.0"
    ) {
        self.name = name
        self.endpointPrefix = endpointPrefix
        self.signingName = signingName ?? endpointPrefix
        self.environmentSuffix = environmentSuffix
        self.targetPrefix = targetPrefix
        self.jsonVersion = jsonVersion
    }
}

extension AWSService {
    /// Amazon S3.
    public static let s3 = AWSService(name: "S3", endpointPrefix: "s3", environmentSuffix: "S3")
    /// Amazon DynamoDB.
    public static let dynamoDB = AWSService(
        name: "DynamoDB", endpointPrefix: "dynamodb", environmentSuffix: "DYNAMODB", targetPrefix: "DynamoDB_20120810")
    /// Amazon SQS.
    public static let sqs = AWSService(
        name: "SQS", endpointPrefix: "sqs", environmentSuffix: "SQS", targetPrefix: "AmazonSQS")
    /// AWS Lambda.
    public static let lambda = AWSService(name: "Lambda", endpointPrefix: "lambda", environmentSuffix: "LAMBDA")
    /// Amazon Rekognition.
    public static let rekognition = AWSService(
        name: "Rekognition", endpointPrefix: "rekognition", environmentSuffix: "REKOGNITION",
        targetPrefix: "RekognitionService", jsonVersion: "1.1")
    /// Amazon CloudWatch metrics.
    public static let cloudWatch = AWSService(
        name: "CloudWatch", endpointPrefix: "monitoring", environmentSuffix: "CLOUDWATCH",
        targetPrefix: "GraniteServiceVersion20100801")
    /// Amazon CloudWatch Logs.
    public static let cloudWatchLogs = AWSService(
        name: "CloudWatch Logs", endpointPrefix: "logs", environmentSuffix: "CLOUDWATCH_LOGS",
        targetPrefix: "Logs_20140328", jsonVersion: "1.1")
    /// Amazon EventBridge.
    public static let eventBridge = AWSService(
        name: "EventBridge", endpointPrefix: "events", environmentSuffix: "EVENTBRIDGE", targetPrefix: "AWSEvents",
        jsonVersion: "1.1")
    /// Amazon Cognito user pools.
    public static let cognitoIdentityProvider = AWSService(
        name: "Cognito Identity Provider", endpointPrefix: "cognito-idp",
        environmentSuffix: "COGNITO_IDENTITY_PROVIDER", targetPrefix: "AWSCognitoIdentityProviderService",
        jsonVersion: "1.1")
}
