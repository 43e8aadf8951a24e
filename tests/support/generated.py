"""Input for the API, made from its description: valid, and spoiled in one place or another."""
import copy
import datetime

from hypothesis import strategies as st

from described import follow

JUNK = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
                 st.text(st.characters(blacklist_categories=["Cs"]), max_size=30), st.just([]), st.just({}), st.lists(st.integers(), max_size=3),
                 st.just("x" * 300), st.just("\u0000"), st.just("😀" * 5), st.just(1e300), st.just(-1), st.just("null"),
                 st.just({"$ne": None}), st.just("../../etc/passwd"), st.just("'; DROP TABLE users; --"))
WORDS = st.text(alphabet="abcåäö ÅÉ漢字-'.,!?()\n\t", min_size=1, max_size=30).filter(lambda text: text.strip())


def times(days=st.integers(1, 400)):
    def moment(days_ahead, minutes, offset):
        start = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        moment = start + datetime.timedelta(days=days_ahead, minutes=minutes)
        return moment.strftime("%Y-%m-%dT%H:%M:00") + offset
    return st.builds(moment, days, st.integers(0, 96).map(lambda quarter: 15 * quarter),
                     st.sampled_from(["Z", "+02:00", "-11:30"]))


def days():
    return st.integers(-40, 400).map(lambda ahead: (datetime.date.today() + datetime.timedelta(days=ahead)).isoformat())


class Generator:
    """`ids`: {"EventId": [...]}, what the program really has. `names`: {"category": [...]}, what makes sense in a
    field of that name, among others; `only`: what alone may be in it."""

    def __init__(self, described, ids, names, only):
        self.described, self.ids, self.names, self.only = described, ids, names, only
        self.document = described.document

    def value(self, schema, name=""):
        """A strategy for what the schema allows."""
        if name in self.only:
            return st.sampled_from(self.only[name])
        if name in self.names:
            return st.one_of(st.sampled_from(self.names[name]), st.sampled_from(self.names[name]), self.plain(schema, name))
        return self.plain(schema, name)

    def plain(self, schema, name):
        reference = schema.get("$ref", "").rsplit("/", 1)[-1]
        if reference in self.ids:
            return st.sampled_from(self.ids[reference] * 4 + ["none-such"])
        if reference == "Time":
            return times()
        if reference == "Day":
            return days()
        if reference in ("Text", "OptionalText"):
            return WORDS.map(lambda text: text[:schema.get("maxLength", 200)])
        if reference == "Money":
            low, high = schema.get("exclusiveMinimum", 0), schema.get("maximum", 100000)
            return st.integers(int(low * 100) + 1, int(high * 100)).map(lambda ore: ore / 100)
        schema = follow(schema, self.document)
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return st.one_of([self.value(item, name) for item in schema[key]])
        kind = schema.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            return self.object(schema)
        if kind == "array":
            return st.lists(self.value(schema["items"]), max_size=min(3, schema.get("maxItems", 3)))
        if kind == "integer":
            return st.integers(schema.get("minimum", -10), schema.get("maximum", 10**6))
        if kind == "number":
            return st.floats(schema.get("minimum", 0), schema.get("maximum", 1e6)).map(lambda number: round(number, 2))
        if kind == "boolean":
            return st.booleans()
        if kind == "null":
            return st.none()
        if kind == "string":
            return self.string(schema)
        return JUNK

    @staticmethod
    def string(schema):
        if not schema.get("pattern", "").startswith("^"):
            return WORDS
        texts = st.from_regex(schema["pattern"].replace(r"\u0000", "\0"), fullmatch=True)
        return texts.map(lambda text: text[:schema.get("maxLength", 200)]).filter(
            lambda text: len(text) >= schema.get("minLength", 0))

    def object(self, schema):
        properties = {name: field for name, field in schema.get("properties", {}).items() if not field.get("readOnly")}
        required = set(schema.get("required", []))
        return st.fixed_dictionaries(
            {name: self.value(field, name) for name, field in properties.items() if name in required},
            optional={name: self.value(field, name) for name, field in properties.items() if name not in required})

    def text_of(self, schema, name):
        """For a path or query."""
        return self.value(schema, name).map(
            lambda value: str(value).lower() if isinstance(value, bool) else str(value))


PAIRS = (("startTime", "endTime"), ("startDate", "endDate"), ("from", "to"), ("availableFrom", "availableTo"),
         ("validFrom", "validTo"))


def put_in_order(draw, value):
    """Ends after starts, by hours or days."""
    for first, last in PAIRS:
        start = value.get(first)
        if not start or last not in value or not isinstance(start, str):
            continue
        if len(start) == 10:
            value[last] = (datetime.date.fromisoformat(start) + datetime.timedelta(days=draw(st.integers(0, 20)))).isoformat()
        else:
            start = datetime.datetime.fromisoformat(start.replace("Z", "+00:00"))
            value[last] = (start + datetime.timedelta(hours=draw(st.integers(1, 30)))).isoformat()


@st.composite
def spoiled(draw, body):
    """The body, wrong in one place (mostly)."""
    body = copy.deepcopy(body)
    places = list(places_of(body))
    how = draw(st.sampled_from(["unknown", "junk", "junk", "missing", "whole"]))
    if how == "whole" or not places:
        return draw(JUNK)
    container, key = draw(st.sampled_from(places))
    if how == "missing" and isinstance(container, dict):
        del container[key]
    elif how == "unknown" and isinstance(container, dict):
        container[draw(st.sampled_from(["unheardOf", "__proto__", "id ", "customerid", ""]))] = draw(JUNK)
    else:
        container[key] = draw(JUNK)
    return body


def places_of(value):
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from places_of(item)
