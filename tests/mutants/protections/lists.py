"""The lists of the desk: from days and offers alone, of proved rows, and with what the present unit has entered."""

from tests.mutants.protection import Edit

LISTS, PLACED = "followup/desk/worklist", "tests/desk/test_placement.py::{}"

EVERY = [
    Edit(
        "what is urgent to a decider follows from days alone",
        f"{LISTS}/list_tabs.py",
        "    if view is TalkView.NOTHING:\n        return leaves\n",
        "",
        "tests/desk/test_worklist.py::test_urgent_are_those_who_leave_within_30_days_and_those_whose_talk_must_be_held",
    ),
    Edit(
        "a decider does not sort by talks",
        f"{LISTS}/sorting.py",
        " or (order is Order.TALK and view is TalkView.NOTHING)",
        "",
        "tests/desk/test_worklist.py::test_the_list_sorts_by_the_talk_for_those_who_see_whether_one_was_offered",
    ),
    Edit(
        "a release is shown of a proved stay",
        f"{LISTS}/release_list.py",
        "        proved([person])\n",
        "",
        "tests/desk/test_release_list.py::test_a_stay_that_was_changed_past_us_is_not_shown_and_breaks_no_list",
    ),
    Edit(
        "a row of the worklist is proved",
        f"{LISTS}/rows.py",
        "        proved([person])\n",
        "",
        PLACED.format("test_a_placement_that_was_changed_past_us_is_not_shown"),
    ),
    Edit(
        "a ward of another unit is not shown",
        "brik/people/stays/placements.py",
        " and placement.unit_id == person.unit_id",
        "",
        PLACED.format("test_what_one_unit_has_entered_is_not_shown_in_the_next"),
    ),
    Edit(
        "who may enter a ward",
        "brik/people/actions.py",
        "    require(by, PeoplePermission.PLACE, current)\n",
        "",
        PLACED.format("test_nobody_enters_it_for_another_unit_and_no_decider_anywhere"),
    ),
    Edit(
        "whom one may choose as contact officer",
        "brik/people/actions.py",
        "    if contact_officer is not None and contact_officer not in officers_of(unit):\n"
        "        raise Refused(PersonRefusal.NO_SUCH_OFFICER)\n",
        "",
        PLACED.format("test_only_an_officer_of_the_unit_can_be_chosen"),
    ),
]
