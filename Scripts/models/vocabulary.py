"""Makes `labels.json`: what the classes of the two models are called, and what they are kinds of.

    {"labels": [{"name": "Dog", "parents": ["Animal", …], "aliases": […], "categories": […]}, …],
     "classes": [for each class of the classifier: a place in labels], "objects": [the same for the detector]}
"""

import json

from kinds import CATEGORIES, KINDS
from names import ALIASES, CLASSES, OBJECTS, PARENTS

RANK = {name: place for place, name in reversed(list(enumerate(KINDS.values())))}
SMALL = {"and", "of", "the", "in", "des", "o", "s"}


class WordNet:
    """The nouns: a word's number is its place in the file."""

    def __init__(self, content):
        self.content = content

    def above(self, place):
        """All words above one, on every way up."""
        found, waiting = set(), [place]
        while waiting:
            line = self.content[(at := waiting.pop()):self.content.index(b"\n", at)].decode().split(" ")
            pointers = 4 + 2 * int(line[3], 16)
            for sign, target in zip(line[pointers:], line[pointers + 1:]):
                if sign in ("@", "@i") and int(target) not in found:
                    found.add(int(target))
                    waiting.append(int(target))
        return found

    def kinds(self, place):
        return [KINDS[word] for word in self.above(place) if word in KINDS]


def ordered(kinds):
    """Without repetition, from the general to the particular; kinds that are classes too come last."""
    return sorted(set(kinds), key=lambda kind: (RANK.get(kind, len(RANK)), kind))


def titled(name):
    """`great grey owl` as `Great Grey Owl`."""
    def word(text):
        return text if text in SMALL or not text[:1].islower() else text[:1].upper() + text[1:]
    text = " ".join("-".join(word(part) for part in piece.split("-")) for piece in name.split(" "))
    return text[:1].upper() + text[1:]


def spoken(entry):
    """A name of the tables: the name, kinds to add, and all kinds if they are given."""
    if "=" in entry:
        name, kinds = entry.split("=")
        return name.strip(), [], [kind.strip() for kind in kinds.split(",") if kind.strip() and kind.strip() != "Everyday"]
    name, _, kinds = entry.partition("+")
    return name.strip(), [kind.strip() for kind in kinds.split(",") if kind.strip()], None


def categories(name, parents):
    fields = {kind: field for field, kinds in CATEGORIES.items() for kind in kinds}
    # The most particular kind comes first; those further up only count when it has no field of its own.
    found = [fields[kind] for kind in [name, *reversed(parents)] if kind in fields]
    general = {"Transport and Logistics"}
    chosen = [field for field in dict.fromkeys(found) if field not in general or len(set(found)) == 1]
    return chosen[:2] or [list(CATEGORIES)[-1]]


def make(names, word_places, wordnet_content):
    """`names` and `word_places` are those of ImageNet's 1000 classes."""
    wordnet = WordNet(wordnet_content)
    parents = {}
    for word, name in KINDS.items():
        parents.setdefault(name, []).extend(wordnet.kinds(word))
    parents.update(PARENTS)
    classes, objects = [], []
    for number, (name, place) in enumerate(zip(names, word_places)):
        name, added, given = spoken(CLASSES.get(number, titled(name)))
        kinds = given if given is not None else wordnet.kinds(place) + added
        if name not in PARENTS:
            parents.setdefault(name, []).extend(kinds)
        classes.append(name)
    for entry in OBJECTS:
        name, added, given = spoken(entry)
        if name not in parents:
            if given is None:
                raise ValueError(f"{name} has no kinds")
            parents[name] = given
        objects.append(name)
    # What one's kinds are kinds of, one is too.
    complete = {}
    for name, kinds in parents.items():
        everything = set(kinds)
        while more := {above for kind in everything for above in parents.get(kind, [])} - everything:
            everything |= more
        # To WordNet a car is a container too.
        if everything & {"Vehicle", "Furniture", "Kitchen Utensil"}:
            everything.discard("Container")
        complete[name] = ordered(everything - {name})
    labels = [
        {"name": name, "parents": complete[name], "aliases": ALIASES.get(name, []),
         "categories": categories(name, complete[name])}
        for name in sorted(complete)
    ]
    places = {label["name"]: place for place, label in enumerate(labels)}
    unknown = set(ALIASES) - set(places) | {kind for label in labels for kind in label["parents"]} - set(places)
    if unknown:
        raise ValueError(f"names that nothing has: {sorted(unknown)}")
    vocabulary = {
        "labels": labels, "classes": [places[name] for name in classes], "objects": [places[name] for name in objects]}
    return json.dumps(vocabulary, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"
