"""GitHub's ${{ expressions }}, the part that our files use; anything else is an error."""
import re

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(&&|\|\||==|!=|[()!])|([A-Za-z_][\w.-]*))")


class Expression:
    def __init__(self, text, values, has_failed):
        self.tokens, at = [], 0
        text = text.strip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"expression not understood: {text}")
            self.tokens.append(match.groups())
            at = match.end()
        self.values, self.has_failed, self.asks_status = values, has_failed, False

    def take(self, *operators):
        if self.tokens and self.tokens[0][1] in operators:
            return self.tokens.pop(0)[1]
        return None

    def either(self):
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self):
        value = self.equal()
        while self.take("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self):
        value = self.single()
        operator = self.take("==", "!=")
        if operator is None:
            return value
        return (str(value) == str(self.single())) == (operator == "==")

    def single(self):
        if self.take("!"):
            return not self.single()
        if self.take("("):
            value = self.either()
            assert self.take(")"), "no closing parenthesis"
            return value
        text, operator, name = self.tokens.pop(0)
        if text is not None:
            return text[1:-1].replace("''", "'")
        if operator is not None:
            raise ValueError(f"'{operator}' where a value should stand")
        if self.take("("):
            assert self.take(")"), f"{name} takes no arguments here"
            self.asks_status = True
            return {"always": True, "failure": self.has_failed, "success": not self.has_failed}[name]
        return self.look_up(name)

    def look_up(self, name):
        value = self.values
        for part in name.split("."):
            if part not in value:
                if name.startswith("steps."):  # an output that was not set
                    return ""
                raise ValueError(f"no '{name}' here")
            value = value[part]
        return value


def evaluate(text, values, has_failed=False):
    expression = Expression(text, values, has_failed)
    value = expression.either()
    if expression.tokens:
        raise ValueError(f"expression not understood: {text}")
    return value, expression.asks_status


def as_text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def fill_in(text, values):
    """'a ${{ inputs.b }} c' with what stands for it."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: as_text(evaluate(match[1], values)[0]), as_text(text))


def is_due(condition, values, has_failed):
    """Whether a step runs: without a word of its own only while nothing has failed."""
    if condition is None:
        return not has_failed
    value, asks_status = evaluate(re.sub(r"^\$\{\{|\}\}$", "", as_text(condition).strip()), values, has_failed)
    return bool(value) and (asks_status or not has_failed)
