/// The part of redrives that happens in memory.
extension QueueCatalog {
    mutating func update(_ task: MoveTask) {
        guard let index = moveTasks.firstIndex(where: { $0.id == task.id }) else { return }
        moveTasks[index] = task
    }

    /// Moves some messages of a task. Answers the task as it is then, and the messages with their new queues; no task
    /// where it runs no more.
    mutating func move(
        _ id: String, limit: Int, now: Int64
    ) -> (task: MoveTask?, moves: [(entry: MessageEntry, queue: Int64)]) {
        guard var task = moveTasks.first(where: { $0.id == id }), task.status == .running else { return (nil, []) }
        var moves: [(entry: MessageEntry, queue: Int64)] = []
        defer { update(task) }
        guard let source = number(arn: task.source) else {
            task.status = .failed
            task.failure = SQSErrorCode.queueDoesNotExist.queryCode
            return (task, moves)
        }
        self[source]?.advance(to: now)
        while moves.count < limit, task.moved < task.total {
            guard let row = self[source]?.peek(), let entry = self[source]?.messages[row] else {
                task.status = .completed
                break
            }
            guard let target = task.destination ?? entry.source else {
                task.status = .failed
                task.failure = "CouldNotDetermineMessageSource"
                break
            }
            guard let destination = number(arn: target) else {
                task.status = .failed
                task.failure = SQSErrorCode.queueDoesNotExist.queryCode
                break
            }
            moves.append((redrive(entry, from: source, to: destination, now: now), destination))
            task.moved += 1
        }
        if task.status == .running, task.moved >= task.total { task.status = .completed }
        return (task, moves)
    }

    private mutating func redrive(_ entry: MessageEntry, from: Int64, to: Int64, now: Int64) -> MessageEntry {
        self[from]?.remove(entry.row)
        let moved = MessageEntry(
            row: entry.row, ordinal: newRow(), sent: now, retained: now, visible: now, phase: .ready,
            receipt: entry.receipt, group: entry.group)
        self[to]?.insert(moved)
        return moved
    }
}
