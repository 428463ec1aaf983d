/// What a template's pseudo parameters and references resolve to: the stack and the addresses of the local cloud.
public struct DeploymentTarget: Sendable, Hashable {
    /// `AWS::Region`.
    public var region: String
    /// `AWS::AccountId`: 12 digits.
    public var accountID: String
    /// `AWS::Partition`.
    public var partition: String
    /// `AWS::StackName`; the names of resources without a name of their own start with it.
    public var stackName: String
    /// `AWS::URLSuffix`.
    public var urlSuffix: String
    /// Where every AWS API is served, without a slash at the end: the base of queue URLs.
    public var edgeURL: String
    /// Where HTTP APIs and function URLs are served, without a slash at the end.
    public var gatewayURL: String
    /// What `Fn::ImportValue` finds: the exports of other stacks, by name.
    public var imports: [String: String]

    /// A local cloud; the defaults are those of `darkroom up`.
    public init(
        region: String = "us-east-1", accountID: String = "000000000000", partition: String = "aws",
        stackName: String = "darkroom", urlSuffix: String = "amazonaws.com",
        edgeURL: String = "http://127.0.0.1:4566", gatewayURL: String = "http://127.0.0.1:3000",
        imports: [String: String] = [:]
    ) {
        self.region = region
        self.accountID = accountID
        self.partition = partition
        self.stackName = stackName
        self.urlSuffix = urlSuffix
        self.edgeURL = edgeURL
        self.gatewayURL = gatewayURL
        self.imports = imports
    }

    /// The Amazon Resource Name of something in this account and region.
    public func arn(_ service: String, _ resource: String) -> String {
        "arn:\(partition):\(service):\(region):\(accountID):\(resource)"
    }
}
