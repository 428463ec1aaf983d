/// The names of the properties that each type has, so that a misspelt one is noticed.
///
/// Sources: the SAM specification of 2016-10-31 and CloudFormation's resource schemas. All names are here, also those
/// without effect on a local cloud.
enum KnownProperties {
    /// Names by type, by part of a type (`Table.Index`), or by section of `Globals`.
    static let table: [String: Set<String>] = words.mapValues { text in
        Set(text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }

    private static let words: [String: String] = resources.merging(parts) { $1 }.merging(globals) { $1 }

    private static let resources = [
        "AWS::Serverless::Function": """
        Architectures AssumeRolePolicyDocument AutoPublishAlias AutoPublishAliasAllProperties AutoPublishCodeSha256
        CapacityProviderConfig CodeSigningConfigArn CodeUri DeadLetterQueue DeploymentPreference Description
        DurableConfig Environment EphemeralStorage EventInvokeConfig Events FileSystemConfigs FunctionName
        FunctionScalingConfig FunctionUrlConfig Handler ImageConfig ImageUri InlineCode KmsKeyArn Layers
        LoggingConfig MemorySize PackageType PermissionsBoundary Policies PropagateTags ProvisionedConcurrencyConfig
        PublishToLatestPublished RecursiveLoop ReservedConcurrentExecutions Role RolePath Runtime
        RuntimeManagementConfig SnapStart SourceKMSKeyArn Tags TenancyConfig Timeout Tracing VersionDeletionPolicy
        VersionDescription VpcConfig
        """,
        "AWS::Serverless::HttpApi": """
        AccessLogSettings Auth CorsConfiguration DefaultRouteSettings DefinitionBody DefinitionUri Description
        DisableExecuteApiEndpoint Domain FailOnWarnings Name PropagateTags RouteSettings StageName StageVariables
        Tags
        """,
        "AWS::Serverless::Api": """
        AccessLogSetting AlwaysDeploy ApiKeySourceType Auth BinaryMediaTypes CacheClusterEnabled CacheClusterSize
        CanarySetting Cors DefinitionBody DefinitionUri Description DisableExecuteApiEndpoint Domain
        EndpointAccessMode EndpointConfiguration FailOnWarnings GatewayResponses MergeDefinitions MethodSettings
        MinimumCompressionSize Mode Models Name OpenApiVersion Policy PropagateTags SecurityPolicy StageName Tags
        TracingEnabled Variables
        """,
        "AWS::Serverless::SimpleTable": """
        PointInTimeRecoverySpecification PrimaryKey ProvisionedThroughput SSESpecification TableName Tags
        """,
        "AWS::Lambda::Function": """
        Architectures CapacityProviderConfig Code CodeSigningConfigArn DeadLetterConfig Description DurableConfig
        Environment EphemeralStorage FileSystemConfigs FunctionName FunctionScalingConfig Handler ImageConfig
        KmsKeyArn Layers LoggingConfig MemorySize PackageType PublishToLatestPublished RecursiveLoop
        ReservedConcurrentExecutions Role Runtime RuntimeManagementConfig SnapStart Tags TenancyConfig Timeout
        TracingConfig VpcConfig
        """,
        "AWS::Lambda::Url": """
        AuthType Cors InvokeMode Qualifier TargetFunctionArn
        """,
        "AWS::Lambda::EventInvokeConfig": """
        DestinationConfig FunctionName MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier
        """,
        "AWS::Lambda::EventSourceMapping": """
        AmazonManagedKafkaEventSourceConfig BatchSize BisectBatchOnFunctionError DestinationConfig
        DocumentDBEventSourceConfig Enabled EventSourceArn FilterCriteria FunctionName FunctionResponseTypes
        KmsKeyArn LoggingConfig MaximumBatchingWindowInSeconds MaximumRecordAgeInSeconds MaximumRetryAttempts
        MetricsConfig ParallelizationFactor ProvisionedPollerConfig Queues ScalingConfig SelfManagedEventSource
        SelfManagedKafkaEventSourceConfig SourceAccessConfigurations StartingPosition StartingPositionTimestamp Tags
        Topics TumblingWindowInSeconds
        """,
        "AWS::Lambda::Permission": """
        Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl Principal PrincipalOrgID
        SourceAccount SourceArn
        """,
        "AWS::DynamoDB::Table": """
        AttributeDefinitions BillingMode ContributorInsightsSpecification DeletionProtectionEnabled
        GlobalSecondaryIndexes ImportSourceSpecification KeySchema KinesisStreamSpecification LocalSecondaryIndexes
        OnDemandThroughput PointInTimeRecoverySpecification ProvisionedThroughput ResourcePolicy SSESpecification
        StreamSpecification TableClass TableName Tags TimeToLiveSpecification WarmThroughput
        """,
        "AWS::S3::Bucket": """
        AbacStatus AccelerateConfiguration AccessControl AnalyticsConfigurations BucketEncryption BucketName
        BucketNamePrefix BucketNamespace CorsConfiguration IntelligentTieringConfigurations InventoryConfigurations
        LifecycleConfiguration LoggingConfiguration MetadataConfiguration MetadataTableConfiguration
        MetricsConfigurations NotificationConfiguration ObjectLockConfiguration ObjectLockEnabled OwnershipControls
        PublicAccessBlockConfiguration ReplicationConfiguration Tags VersioningConfiguration WebsiteConfiguration
        """,
        "AWS::SQS::Queue": """
        ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit
        KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod QueueName
        ReceiveMessageWaitTimeSeconds RedriveAllowPolicy RedrivePolicy SqsManagedSseEnabled Tags VisibilityTimeout
        """,
        "AWS::Events::Rule": """
        Description EventBusName EventPattern Name RoleArn ScheduleExpression State Tags Targets
        """,
        "AWS::Scheduler::Schedule": """
        Description EndDate FlexibleTimeWindow GroupName KmsKeyArn Name ScheduleExpression
        ScheduleExpressionTimezone StartDate State Target
        """,
    ]

    private static let parts = [
        "Function.EventInvokeConfig": "DestinationConfig MaximumEventAgeInSeconds MaximumRetryAttempts",
        "Function.DestinationConfig": "OnFailure OnSuccess",
        "Function.Destination": "Destination Type",
        "Function.DeadLetterQueue": "TargetArn Type",
        "Function.DeadLetterConfig": "TargetArn",
        "Function.LoggingConfig": "ApplicationLogLevel LogFormat LogGroup SystemLogLevel",
        "Function.FunctionUrlConfig": "AuthType Cors InvokeMode",
        "Function.UrlCors": """
        AllowCredentials AllowHeaders AllowMethods AllowOrigins ExposeHeaders MaxAge
        """,
        "Function.EphemeralStorage": "Size",
        "Function.Environment": "Variables",
        "Function.CodeUri": "Bucket Key Version",
        "Function.Code": """
        ImageUri S3Bucket S3Key S3ObjectStorageMode S3ObjectVersion SourceKMSKeyArn ZipFile
        """,
        "Event": "Properties Type",
        "Event.HttpApi": """
        ApiId Auth Method Path PayloadFormatVersion RouteSettings Stage TimeoutInMillis
        """,
        "Event.Api": """
        Auth Method Path RequestModel RequestParameters ResponseTransferMode RestApiId Stage TimeoutInMillis
        """,
        "Event.Schedule": """
        DeadLetterConfig Description Enabled Input Name RetryPolicy RoleArn Schedule State
        """,
        "Event.ScheduleV2": """
        DeadLetterConfig Description EndDate FlexibleTimeWindow GroupName Input KmsKeyArn Name OmitName
        PermissionsBoundary RetryPolicy RoleArn ScheduleExpression ScheduleExpressionTimezone StartDate State
        """,
        "Event.SQS": """
        BatchSize Enabled FilterCriteria FunctionResponseTypes KmsKeyArn MaximumBatchingWindowInSeconds
        MetricsConfig ProvisionedPollerConfig Queue ScalingConfig
        """,
        "Event.S3": "Bucket Events Filter",
        "Event.EventBridgeRule": """
        DeadLetterConfig EventBusName Input InputPath InputTransformer Pattern RetryPolicy RuleName State Target
        """,
        "Event.CloudWatchEvent": """
        Enabled EventBusName Input InputPath Pattern State
        """,
        "Event.Auth": """
        ApiKeyRequired AuthorizationScopes Authorizer InvokeRole OverrideApiAuth ResourcePolicy
        """,
        "Event.ScalingConfig": "MaximumConcurrency",
        "Event.RetryPolicy": "MaximumEventAgeInSeconds MaximumRetryAttempts",
        "Event.DeadLetterConfig": "Arn QueueLogicalId Type",
        "Event.FlexibleTimeWindow": "MaximumWindowInMinutes Mode",
        "Event.FilterCriteria": "Filters",
        "HttpApi.Auth": "Authorizers DefaultAuthorizer EnableIamAuthorizer",
        "HttpApi.Authorizer": """
        AuthorizationScopes AuthorizerPayloadFormatVersion EnableFunctionDefaultPermissions EnableSimpleResponses
        FunctionArn FunctionInvokeRole Identity IdentitySource JwtConfiguration OpenIdConnectUrl
        """,
        "HttpApi.CorsConfiguration": """
        AllowCredentials AllowHeaders AllowMethods AllowOrigins ExposeHeaders MaxAge
        """,
        "Api.Auth": """
        AddApiKeyRequiredToCorsPreflight AddDefaultAuthorizerToCorsPreflight ApiKeyRequired Authorizers
        DefaultAuthorizer InvokeRole ResourcePolicy UsagePlan
        """,
        "Api.Cors": """
        AllowCredentials AllowHeaders AllowMethods AllowOrigin MaxAge
        """,
        "Table.Index": """
        ContributorInsightsSpecification IndexName KeySchema OnDemandThroughput Projection ProvisionedThroughput
        WarmThroughput
        """,
        "Table.Projection": "NonKeyAttributes ProjectionType",
        "Table.KeySchema": "AttributeName KeyType",
        "Table.AttributeDefinition": "AttributeName AttributeType",
        "Table.ProvisionedThroughput": "ReadCapacityUnits WriteCapacityUnits",
        "Table.TimeToLiveSpecification": "AttributeName Enabled",
        "Table.StreamSpecification": "ResourcePolicy StreamViewType",
        "Bucket.NotificationConfiguration": """
        EventBridgeConfiguration LambdaConfigurations QueueConfigurations TopicConfigurations
        """,
        "Bucket.LambdaConfiguration": "Event Filter Function",
        "Bucket.QueueConfiguration": "Event Filter Queue",
        "Bucket.CorsRule": """
        AllowedHeaders AllowedMethods AllowedOrigins ExposedHeaders Id MaxAge
        """,
        "Queue.RedrivePolicy": "deadLetterTargetArn maxReceiveCount",
        "Rule.Target": """
        AppSyncParameters Arn BatchParameters DeadLetterConfig EcsParameters HttpParameters Id Input InputPath
        InputTransformer KinesisParameters RedshiftDataParameters RetryPolicy RoleArn RunCommandParameters
        SageMakerPipelineParameters SqsParameters
        """,
        "Rule.InputTransformer": "InputPathsMap InputTemplate",
        "Schedule.Target": """
        Arn DeadLetterConfig EcsParameters EventBridgeParameters Input KinesisParameters RetryPolicy RoleArn
        SageMakerPipelineParameters SqsParameters
        """,
        "Output": "Condition Description Export Value",
        "Parameter": """
        AllowedPattern AllowedValues ConstraintDescription Default Description MaxLength MaxValue MinLength MinValue
        NoEcho Type
        """,
        "Resource": """
        Condition Connectors CreationPolicy DeletionPolicy DependsOn IgnoreGlobals Metadata Properties Type
        UpdatePolicy UpdateReplacePolicy
        """,
        "Template": """
        AWSTemplateFormatVersion Conditions Description Globals Mappings Metadata Outputs Parameters Resources Rules
        Transform
        """,
    ]

    private static let globals = [
        "Globals.Function": """
        Architectures AssumeRolePolicyDocument AutoPublishAlias AutoPublishAliasAllProperties CapacityProviderConfig
        CodeSigningConfigArn CodeUri DeadLetterQueue DeploymentPreference Description DurableConfig Environment
        EphemeralStorage EventInvokeConfig FileSystemConfigs FunctionScalingConfig FunctionUrlConfig Handler
        KmsKeyArn Layers LoggingConfig MemorySize PermissionsBoundary PropagateTags ProvisionedConcurrencyConfig
        PublishToLatestPublished RecursiveLoop ReservedConcurrentExecutions RolePath Runtime RuntimeManagementConfig
        SnapStart SourceKMSKeyArn Tags TenancyConfig Timeout Tracing VersionDeletionPolicy VpcConfig
        """,
        "Globals.Api": """
        AccessLogSetting AlwaysDeploy Auth BinaryMediaTypes CacheClusterEnabled CacheClusterSize CanarySetting Cors
        DefinitionUri Domain EndpointAccessMode EndpointConfiguration GatewayResponses MergeDefinitions
        MethodSettings MinimumCompressionSize Name OpenApiVersion PropagateTags SecurityPolicy TracingEnabled
        Variables
        """,
        "Globals.HttpApi": """
        AccessLogSettings Auth CorsConfiguration DefaultRouteSettings Domain FailOnWarnings PropagateTags
        RouteSettings StageVariables Tags
        """,
        "Globals.SimpleTable": "SSESpecification",
        "Globals.StateMachine": "PropagateTags",
        "Globals.LayerVersion": "PublishLambdaVersion",
    ]
}
