extension FixedWidthInteger {
    /// Division by a positive number that rounds down, so that moments before 1970 have a day and a time of day too.
    @inlinable
    public func flooredDivision(by divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
