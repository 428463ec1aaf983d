import JSONValue

/// What a SAM or CloudFormation template declares, with everything worked out: Globals merged, conditions decided,
/// references resolved to names, ARNs and addresses of the local cloud, events turned into routes, rules and mappings.
///
/// Lists are in the order of the template.
public struct ServerlessTemplate: Sendable, Hashable {
    /// The template's own description.
    public var description: String?
    /// The top-level `Metadata`, as written.
    public var metadata: JSONObject = [:]
    /// Parameters with the values used.
    public var parameters: [ParameterValue] = []
    /// The path of the program that `Metadata.Darkroom.Bootstrap` names: it runs functions whose
    /// ``FunctionDefinition/localProgram`` is ``LocalProgram/shared``.
    public var sharedProgram: String?
    /// Where the keys of issuers of tokens are, by the issuer (`iss`): the path or the address of a JSON Web Key Set. What
    /// `Metadata.Darkroom.TokenKeys` names.
    public var tokenKeys: [String: String] = [:]
    /// Functions.
    public var functions: [FunctionDefinition] = []
    /// HTTP and REST APIs with their routes.
    public var apis: [APIDefinition] = []
    /// Tables.
    public var tables: [TableDefinition] = []
    /// Buckets.
    public var buckets: [BucketDefinition] = []
    /// Queues.
    public var queues: [QueueDefinition] = []
    /// Event source mappings.
    public var eventSourceMappings: [EventSourceMappingDefinition] = []
    /// EventBridge rules.
    public var rules: [RuleDefinition] = []
    /// EventBridge Scheduler schedules.
    public var schedules: [ScheduleDefinition] = []
    /// Permissions.
    public var permissions: [PermissionDefinition] = []
    /// Outputs.
    public var outputs: [OutputDefinition] = []
    /// Resources without effect here: roles and policies, and types that are not emulated.
    public var skipped: [SkippedResource] = []

    /// A template that declares nothing.
    public init() {}
}

extension ServerlessTemplate {
    /// The function of this name, logical id or ARN (with or without a qualifier).
    public func function(_ reference: String) -> FunctionDefinition? {
        functions.first { $0.name == reference || $0.logicalID == reference || $0.arn == reference }
            ?? functions.first { reference.hasPrefix($0.arn + ":") }
    }

    /// The queue of this ARN.
    public func queue(arn: String) -> QueueDefinition? { queues.first { $0.arn == arn } }
}
