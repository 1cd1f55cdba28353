import Tickets

/// The nine tickets of the demo, and the worker that does them.
enum DemoQueue {
  /// The two that change the same line. They come first, so that with several workers both start from the same commit.
  static let clashing = ["MENU-1", "MENU-2"]

  static var index: JSON {
    let greetings = [
      ticket("MENU-1", "Greet the guests in French", "Change the second line of greeting.txt.", files: []),
      ticket("MENU-2", "Greet the guests in Italian", "Change the second line of greeting.txt.", files: []),
    ]
    let dishes = ["soup", "bread", "salad", "pasta", "fish", "cake", "tea"].enumerated().map { place, dish in
      ticket("MENU-\(place + 3)", "Add the \(dish)", "Write menu/\(dish).txt.", files: ["menu/\(dish).txt"])
    }
    return ["version": "1.0", "tickets": .array(greetings + dishes)]
  }

  /// The files that are there before the first ticket.
  static let files: [(path: String, text: String)] = [
    ("greeting.txt", "Welcome.\nHello!\nSit where you like.\n"),
    ("menu/water.txt", "water\n"),
  ]

  static let worker = """
    #!/bin/sh
    # A worker is any command. It finds its ticket in the environment, works in the current folder,
    # and commits or just leaves its changes; here they are left.
    sleep 1
    # With several workers the two that clash wait for each other, so that on a slow machine, too, both
    # have begun before the first one lands.
    if [ -n "$DEMO_MEETING" ]; then
      >"$DEMO_MEETING.$SAGE_TICKET_ID"
      case $SAGE_TICKET_ID in MENU-1) other=MENU-2 ;; MENU-2) other=MENU-1 ;; *) other=$SAGE_TICKET_ID ;; esac
      tries=0
      until [ -e "$DEMO_MEETING.$other" ] || [ $tries = 300 ]; do tries=$((tries + 1)) && sleep 0.1; done
    fi
    line() { sed "2s/.*/$1/" greeting.txt >greeting.new && mv greeting.new greeting.txt; }
    case $SAGE_TICKET_ID in
      MENU-1) line 'Bonjour!' ;;
      MENU-2) line 'Buongiorno!' ;;
      *) dish=${SAGE_TICKET_TITLE##* } && echo "$dish" >"menu/$dish.txt" ;;
    esac

    """

  private static func ticket(_ id: String, _ title: String, _ description: String, files: [String]) -> JSON {
    [
      "id": JSON(id), "title": JSON(title), "type": "Feature", "state": "UNPROCESSED", "priority": "P2",
      "description": JSON(description), "targetFiles": JSON(files), "dependencies": [],
    ]
  }
}
