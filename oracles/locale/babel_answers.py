"""Answers, one JSON line a request, what Babel writes: the second oracle, with CLDR data and code of its own.

`null` stands where Babel has no such function. Where Babel's code does less than UTS 35, or its older CLDR
(47) says something else, `run.mjs` lists the exception and its reason.
"""
import copy
import json
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers
from babel.core import get_cldr_version


@lru_cache(maxsize=None)
def locale_of(tag):
    return Locale.parse(tag, sep="-")


@lru_cache(maxsize=None)
def pattern(tag, kind, low, high):
    """The locale's own pattern with the number of decimals we want."""
    locale = locale_of(tag)
    patterns = {"currency": lambda: locale.currency_formats["standard"],
                "percent": lambda: locale.percent_formats[None],
                "decimal": lambda: locale.decimal_formats[None]}
    made = copy.copy(patterns[kind]())
    made.frac_prec = (low, high)
    return made


def amount(request):
    return Decimal(request["minor"]).scaleb(-request["exponent"])


def written(request, kind, value, low, high, **more):
    return pattern(request["locale"], kind, low, high).apply(value, locale_of(request["locale"]), **more)


def relative(request):
    if abs(request["days"]) <= 2:
        return None  # Babel does not know "tomorrow"
    distance = timedelta(days=request["days"])
    return dates.format_timedelta(distance, granularity="day", threshold=1e12, add_direction=True,
                                  locale=locale_of(request["locale"]))


def answer(request):
    locale, what = locale_of(request["locale"]), request["what"]
    if what == "money":
        e = request["exponent"]
        return written(request, "currency", amount(request), e, e, currency=request["code"], currency_digits=False)
    if what == "money_plain":
        return written(request, "decimal", amount(request), request["exponent"], request["exponent"])
    if what == "decimal":
        e = -Decimal(request["number"]).as_tuple().exponent
        return written(request, "decimal", Decimal(request["number"]), e, e)
    if what == "quantity":
        return written(request, "decimal", Decimal(request["number"]), 0, 6)
    if what == "percent":
        return written(request, "percent", Decimal(request["number"]).scaleb(-2), 0, 6)
    if what == "plural":
        return locale.plural_form(Decimal(request["number"]))
    if what.startswith("date_") and what != "date_time":
        return dates.format_date(date.fromisoformat(request["day"]), what.removeprefix("date_"), locale)
    if what == "month_long":
        return dates.format_skeleton("yMMMM", date.fromisoformat(request["day"]), locale=locale)
    if what == "month_short":
        return dates.format_date(date.fromisoformat(request["day"]), "LLL", locale)
    if what == "time":
        instant = datetime.fromisoformat(request["instant"].replace("Z", "+00:00"))
        return dates.format_time(instant, "short", tzinfo=ZoneInfo(request["zone"]), locale=locale)
    if what == "relative_days":
        return relative(request)
    if what == "list":
        return lists.format_list(request["items"], locale=locale)
    return None  # money_iso, date_time: no such style in Babel


if __name__ == "__main__":
    print(json.dumps({"cldr": str(get_cldr_version())}))
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))))
