import Testing

@testable import Recognition

@Suite("Hulls and the rectangles of least area around points")
struct MinimumAreaTests {
    @Test("A hull keeps the corners, and nothing else")
    func hull() {
        func points(_ places: [(Double, Double)]) -> [PlaneVector] { places.map { PlaneVector($0, $1) } }
        let cases: [(points: [(Double, Double)], corners: [(Double, Double)])] = [
            ([], []),
            ([(3, 4)], [(3, 4)]),
            ([(3, 4), (3, 4)], [(3, 4)]),
            ([(0, 0), (2, 2), (1, 1)], [(0, 0), (2, 2)]),
            ([(0, 2), (1, 1), (2, 0), (0, 0), (2, 2), (1, 0)], [(0, 0), (2, 0), (2, 2), (0, 2)]),
        ]
        for (given, corners) in cases {
            #expect(ConvexHull(of: points(given)).vertices == points(corners))
        }
    }

    @Test("A hull turns clockwise, and all points lie in it")
    func hullOfRandomPoints() {
        var numbers = SeededNumbers(state: 11)
        for count in 3..<60 {
            let points = (0..<count).map { _ in
                PlaneVector(Double.random(in: 0...90, using: &numbers), Double.random(in: 0...50, using: &numbers))
            }
            let hull = ConvexHull(of: points).vertices
            for index in hull.indices {
                let corner = hull[index]
                let edge = hull[(index + 1) % hull.count] - corner
                let next = hull[(index + 2) % hull.count] - hull[(index + 1) % hull.count]
                #expect(edge.cross(next) > 0)
                for point in points { #expect(edge.cross(point - corner) > -1e-9) }
            }
        }
    }

    @Test("A rectangle is found again by its corners and points inside, at any angle")
    func recovered() throws {
        var numbers = SeededNumbers(state: 5)
        for _ in 0..<300 {
            let width = Double.random(in: 20...400, using: &numbers)
            let rectangle = OrientedRectangle(
                at: Double.random(in: -500...500, using: &numbers), Double.random(in: -500...500, using: &numbers),
                width, width * Double.random(in: 0.02...0.9, using: &numbers),
                degrees: Double.random(in: 0...360, using: &numbers))
            let inside = (0..<30).map { _ in
                rectangle.point(Double.random(in: 0...1, using: &numbers), Double.random(in: 0...1, using: &numbers))
            }
            let found = try #require(
                OrientedRectangle(enclosing: (rectangle.corners + inside).shuffled(using: &numbers)))
            #expect((found.center - rectangle.center).length < 1e-6)
            #expect(abs(found.width - rectangle.width) < 1e-6 && abs(found.height - rectangle.height) < 1e-6)
            #expect(abs(abs(found.axis.dot(rectangle.axis)) - 1) < 1e-9)
            #expect(found.axis.x > 0 || found.axis.y > 0)
        }
    }

    @Test("No rectangle on any of 360 directions is smaller, and it holds all points")
    func smallest() throws {
        var numbers = SeededNumbers(state: 9)
        for _ in 0..<40 {
            let points = (0..<25).map { _ in
                PlaneVector(Double.random(in: 0...300, using: &numbers), Double.random(in: 0...70, using: &numbers))
            }
            let found = try #require(OrientedRectangle(enclosing: points))
            let slack = found.expanded(by: 1e-6)
            for point in points { #expect(slack.contains(point)) }
            for degrees in 0..<360 {
                let other = OrientedRectangle(enclosing: points, alongAxis: .direction(degrees: Double(degrees)))
                #expect(found.area <= other.area + 1e-6)
            }
        }
    }

    @Test("Points without area have a rectangle without area")
    func flat() throws {
        let cases: [([PlaneVector], Double)] = [
            ([PlaneVector(4, 5)], 0), ([PlaneVector(1, 1), PlaneVector(4, 5)], 5),
            ([PlaneVector(2, 7), PlaneVector(2, 1)], 6),
        ]
        for (points, width) in cases {
            let found = try #require(OrientedRectangle(enclosing: points))
            #expect(found.width == width && found.height == 0)
        }
    }

    @Test("Without points there is no rectangle")
    func none() {
        #expect(OrientedRectangle(enclosing: []) == nil)
    }
}
