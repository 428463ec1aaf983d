import Template

/// What a template declares otherwise than it did.
struct TemplateChanges: Sendable {
    let old: ServerlessTemplate
    let new: ServerlessTemplate
    let buckets: DeclarationChanges<BucketDefinition>
    let tables: DeclarationChanges<TableDefinition>
    let queues: DeclarationChanges<QueueDefinition>
    let functions: DeclarationChanges<FunctionDefinition>
    let apis: DeclarationChanges<APIDefinition>
    let routes: DeclarationChanges<RouteDefinition>
    let mappings: DeclarationChanges<EventSourceMappingDefinition>
    let rules: DeclarationChanges<RuleDefinition>
    let schedules: DeclarationChanges<ScheduleDefinition>

    init(from old: ServerlessTemplate, to new: ServerlessTemplate) {
        self.old = old
        self.new = new
        let kept = "is declared no longer; it stays, with its data"
        buckets = DeclarationChanges("bucket", from: old.buckets, to: new.buckets, fate: kept, name: \.name)
        tables = DeclarationChanges("table", from: old.tables, to: new.tables, fate: kept, name: \.name)
        queues = DeclarationChanges("queue", from: old.queues, to: new.queues, fate: kept, name: \.name)
        functions = DeclarationChanges("function", from: old.functions, to: new.functions, name: \.name)
        apis = DeclarationChanges("API", from: old.apis.map(\.alone), to: new.apis.map(\.alone), name: \.logicalID)
        routes = DeclarationChanges(
            "route", from: old.apis.flatMap(\.routes), to: new.apis.flatMap(\.routes)
        ) { $0.api == "ServerlessHttpApi" ? $0.key : "\($0.key) of \($0.api)" }
        mappings = DeclarationChanges(
            "event source mapping", from: old.eventSourceMappings, to: new.eventSourceMappings, name: \.logicalID)
        rules = DeclarationChanges("rule", from: old.rules, to: new.rules) {
            $0.eventBus == "default" ? $0.name : "\($0.name) on \($0.eventBus)"
        }
        schedules = DeclarationChanges("schedule", from: old.schedules, to: new.schedules) {
            $0.group == "default" ? $0.name : "\($0.group)/\($0.name)"
        }
    }

    /// What changed, for a person.
    var sentences: [String] {
        functions.sentences + apis.sentences + routes.sentences + tables.sentences + buckets.sentences
            + queues.sentences + mappings.sentences + rules.sentences + schedules.sentences
            + (new.sharedProgram == old.sharedProgram ? [] : ["The functions' program is another."])
            + (new.tokenKeys == old.tokenKeys ? [] : ["The keys of tokens are elsewhere."])
    }
}

extension APIDefinition {
    /// Without its routes, which are looked at by themselves.
    fileprivate var alone: APIDefinition {
        var api = self
        api.routes = []
        return api
    }
}
