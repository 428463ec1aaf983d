/// One entry of a function's `Events`.
public struct FunctionEvent: Sendable, Hashable {
    /// Its name in the template.
    public var name: String
    /// What it is.
    public var source: Source

    /// What invokes the function. Each case points at the definition that SAM makes of it.
    public enum Source: Sendable, Hashable {
        /// `HttpApi` and `Api`: a route of ``ServerlessTemplate/apis``.
        case route(RouteDefinition)
        /// `Schedule`, `EventBridgeRule` and `CloudWatchEvent`: a rule of ``ServerlessTemplate/rules``.
        case rule(RuleDefinition)
        /// `ScheduleV2`: one of ``ServerlessTemplate/schedules``.
        case schedule(ScheduleDefinition)
        /// `SQS`: one of ``ServerlessTemplate/eventSourceMappings``.
        case mapping(EventSourceMappingDefinition)
        /// `S3`: a notification of ``ServerlessTemplate/buckets``.
        case notification(bucket: String, BucketNotification)
    }
}
