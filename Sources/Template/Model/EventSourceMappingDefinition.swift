import JSONValue

/// Messages of a queue that a function is given, from `AWS::Lambda::EventSourceMapping` or a function's `SQS` event.
public struct EventSourceMappingDefinition: Sendable, Hashable {
    /// The name of the resource: for a function's event, the function's and the event's one after the other.
    public var logicalID: String
    /// The function's name or ARN.
    public var function: String
    /// The queue's ARN.
    public var eventSourceARN: String
    /// Messages in one event at most, 1 to 10,000.
    public var batchSize: Int
    /// Seconds for which messages are gathered, 0 to 300.
    public var maximumBatchingWindow: Int
    /// How many invocations run at once at most, 2 to 1,000.
    public var maximumConcurrency: Int?
    /// Whether it is switched on.
    public var isEnabled: Bool
    /// Patterns, one of which a message must match; none to take all.
    public var filters: [JSONValue]
    /// Whether the function names the messages that failed.
    public var reportsBatchItemFailures: Bool
}

/// Leave for somebody to invoke a function (`AWS::Lambda::Permission`).
public struct PermissionDefinition: Sendable, Hashable {
    /// The name of the resource.
    public var logicalID: String
    /// The function's name or ARN.
    public var function: String
    /// As `lambda:InvokeFunction`.
    public var action: String
    /// A service or an account.
    public var principal: String
    /// On whose behalf.
    public var sourceARN: String?
    /// Of which account.
    public var sourceAccount: String?
}

/// One of the template's outputs.
public struct OutputDefinition: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// What it is.
    public var description: String?
    /// Its value.
    public var value: String
    /// The name under which other stacks import it.
    public var exportName: String?
}

/// A parameter with the value that is used.
public struct ParameterValue: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// The value; a list is joined with commas, as it is written.
    public var value: String
    /// Whether the value must not be shown (`NoEcho`).
    public var isSecret: Bool
    /// Whether it came from the caller and not from the template.
    public var isOverridden: Bool
}

/// A resource that the template declares and that has no effect here.
public struct SkippedResource: Sendable, Hashable {
    /// The name of the resource.
    public var logicalID: String
    /// Its type.
    public var type: String
}
