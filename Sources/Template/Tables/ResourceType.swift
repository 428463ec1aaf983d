/// The types of resources that have an effect here, and those that are known to need none.
enum ResourceType: String, CaseIterable {
    case serverlessFunction = "AWS::Serverless::Function"
    case serverlessHTTPAPI = "AWS::Serverless::HttpApi"
    case serverlessAPI = "AWS::Serverless::Api"
    case simpleTable = "AWS::Serverless::SimpleTable"
    case serverlessLayer = "AWS::Serverless::LayerVersion"
    case function = "AWS::Lambda::Function"
    case functionURL = "AWS::Lambda::Url"
    case eventInvokeConfig = "AWS::Lambda::EventInvokeConfig"
    case eventSourceMapping = "AWS::Lambda::EventSourceMapping"
    case permission = "AWS::Lambda::Permission"
    case layer = "AWS::Lambda::LayerVersion"
    case table = "AWS::DynamoDB::Table"
    case bucket = "AWS::S3::Bucket"
    case bucketPolicy = "AWS::S3::BucketPolicy"
    case queue = "AWS::SQS::Queue"
    case queuePolicy = "AWS::SQS::QueuePolicy"
    case rule = "AWS::Events::Rule"
    case schedule = "AWS::Scheduler::Schedule"
    case role = "AWS::IAM::Role"
    case policy = "AWS::IAM::Policy"
    case managedPolicy = "AWS::IAM::ManagedPolicy"
    case logGroup = "AWS::Logs::LogGroup"
    case userPool = "AWS::Cognito::UserPool"
    case userPoolClient = "AWS::Cognito::UserPoolClient"
    case topic = "AWS::SNS::Topic"
    case alarm = "AWS::CloudWatch::Alarm"
    case dashboard = "AWS::CloudWatch::Dashboard"

    /// Whether the type asks for something that is not there locally, so that its absence should be said. Roles and
    /// policies are not among these: nothing is refused here for want of leave.
    var isMissed: Bool {
        switch self {
        case .topic, .alarm, .dashboard, .layer, .serverlessLayer, .userPool: true
        default: false
        }
    }

    /// Whether the type is read into the model.
    var isModelled: Bool {
        switch self {
        case .serverlessLayer, .layer, .bucketPolicy, .queuePolicy, .role, .policy, .managedPolicy, .logGroup, .topic,
            .alarm, .dashboard, .userPool, .userPoolClient:
            false
        default: true
        }
    }

    /// The property that gives the resource an explicit name.
    var nameProperty: String? {
        switch self {
        case .serverlessFunction, .function: "FunctionName"
        case .simpleTable, .table: "TableName"
        case .bucket: "BucketName"
        case .queue: "QueueName"
        case .rule, .schedule: "Name"
        case .role: "RoleName"
        case .managedPolicy: "ManagedPolicyName"
        case .policy: "PolicyName"
        case .logGroup: "LogGroupName"
        case .topic: "TopicName"
        case .alarm: "AlarmName"
        case .dashboard: "DashboardName"
        case .userPool: "UserPoolName"
        case .userPoolClient: "ClientName"
        case .layer, .serverlessLayer: "LayerName"
        default: nil
        }
    }
}
