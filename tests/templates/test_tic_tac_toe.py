"""The tic-tac-toe template: turns, rules, races, the computer that never loses, history and scores."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.nightly import nightly

TEMPLATE = Path(__file__).parents[2] / "resources/templates/tic-tac-toe"
GAME = "tictactoe"
NOT_OWNER = "only the site owner can do this"
MOST_BOARDS = nightly(20, 10_000)  # of one game against the computer, through the real calls
WHOLE = "must be a whole number, 1 or more"
LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]

# Appended to the real script, so that it sees the script's own local functions: the board is played against
# every opponent there can be, with every move that the computer may choose among.
EXHAUSTIVE = """
local seen, boards, lost, drawn, won = {}, 0, 0, 0, 0
local function explore(board, mark)
  if seen[board] then return end
  seen[board], boards = true, boards + 1
  local winner = line_of(board)
  if winner then
    if winner == mark then won = won + 1 else lost = lost + 1 end
    return
  end
  local free = free_cells(board)
  if #free == 0 then drawn = drawn + 1 return end
  local cells = turn_of(board) == mark and best_cells(board) or free
  for _, cell in ipairs(cells) do explore(with(board, cell, turn_of(board)), mark) end
end
function call(request)
  if request.params.best then return best_cells(request.params.best) end
  explore(EMPTY, request.params.mark)
  return { boards = boards, lost = lost, drawn = drawn, won = won }
end
"""


@pytest.fixture
def site(template_site: Callable[[str], Any]) -> Any:
    site = template_site("tic-tac-toe")
    for name in ("anna", "ben"):
        site.meet(name)
    return site


def winner_of(board: str) -> str:
    return next((board[a] for a, b, c in LINES if board[a] != "." and board[a] == board[b] == board[c]), "")


def new_match(site: Any) -> int:
    """A game of Anna (X) against Ben (O)."""
    game = site.ask("anna", GAME, "new")["game"]
    site.ask("ben", GAME, "join", id=game["_id"])
    return int(game["_id"])


def play(site: Any, game_id: int, cells: list[int]) -> dict[str, Any]:
    """Anna and Ben play the cells in turn; the game as it then is for Anna."""
    for turn, cell in enumerate(cells):
        site.ask("ben" if turn % 2 else "anna", GAME, "move", id=game_id, cell=cell)
    return dict(site.ask("anna", GAME, "get", id=game_id)["game"])


def stored(site: Any, game_id: int) -> dict[str, Any]:
    return next(row for row in site.rows("games") if row["_id"] == game_id)


SET_BOARD = "function call(r) return goop.orm('games'):update(r.params.id, { board = r.params.board }) end"


def set_board(site: Any, game_id: int, board: str) -> None:
    if not any(info.name == "set_board" for info in site.engine.scripts.functions()):
        site.engine.scripts.create("set_board", "function", SET_BOARD)
    assert site.call("owner", "set_board", None, id=game_id, board=board).ok


def test_the_seed_is_believable_and_runs_once(site: Any) -> None:
    for row in site.rows("games"):
        x, o = row["board"].count("X"), row["board"].count("O")
        assert x - o in (0, 1), row["board"]
        assert (winner_of(row["board"]), row["state"]) in {("", "waiting"), ("", "drawn"), ("X", "won")}, row
        assert row["winner"] == winner_of(row["board"])
    before = site.rows("games")
    assert site.engine.calls.call("seed", caller=site.who("owner")).value == 0
    assert site.rows("games") == before
    assert len(site.ask("anna", GAME, "list")["open"]) == 1


def test_pages_reach_the_table_through_the_script_only() -> None:
    access = json.loads((TEMPLATE / "schemas/games.json").read_text())["access"]
    assert set(access.values()) == {"owner"}


# Two visitors


def test_a_whole_game(site: Any) -> None:
    game_id = new_match(site)
    game = play(site, game_id, [1, 4, 2, 5])
    assert (game["board"], game["turn"], game["you"], game["my_turn"], game["state"]) == (
        "XX.OO....",
        "X",
        "X",
        True,
        "playing",
    )
    game = play(site, game_id, [3])
    assert (game["state"], game["winner"], game["line"], game["turn"], game["resigned"]) == (
        "won",
        "X",
        [1, 2, 3],
        "",
        False,
    )
    row = stored(site, game_id)
    assert (row["board"], row["state"], row["winner"], row["x_name"], row["o_name"]) == (
        "XXXOO....",
        "won",
        "X",
        "Anna",
        "Ben",
    )
    assert row["finished_at"]
    for who in ("anna", "ben"):
        assert site.refused(who, GAME, "move", id=game_id, cell=9) == "the game is over"
        assert site.refused(who, GAME, "resign", id=game_id) == "the game is over"


def test_a_draw(site: Any) -> None:
    game = play(site, new_match(site), [1, 2, 3, 5, 4, 7, 6, 9, 8])
    assert (game["board"], game["state"], game["winner"], game["line"]) == ("XOXXOXOXO", "drawn", "", [])


@pytest.mark.parametrize("line", [tuple(cell + 1 for cell in line) for line in LINES])
@pytest.mark.parametrize("mark", ["X", "O"])
def test_every_line_wins(site: Any, line: tuple[int, int, int], mark: str) -> None:
    rest = [cell for cell in range(1, 10) if cell not in line]
    others = next(
        (a, b, c)
        for a in rest
        for b in rest
        for c in rest
        if a < b < c and tuple(n - 1 for n in (a, b, c)) not in LINES
    )
    first, second = (line, others) if mark == "X" else (others, line)
    moves = [first[0], second[0], first[1], second[1], first[2], second[2]][: 5 if mark == "X" else 6]
    game = play(site, new_match(site), moves)
    assert (game["state"], game["winner"], game["line"]) == ("won", mark, list(line))


def test_whoever_opens_may_take_o(site: Any) -> None:
    game = site.ask("anna", GAME, "new", mark="O")["game"]
    assert (game["you"], game["o_name"], game["x_name"], game["state"], game["my_turn"]) == (
        "O",
        "Anna",
        "",
        "waiting",
        False,
    )
    assert site.ask("ben", GAME, "join", id=game["_id"])["game"]["my_turn"] is True
    assert site.refused("anna", GAME, "move", id=game["_id"], cell=1) == "it is not your turn"
    site.ask("ben", GAME, "move", id=game["_id"], cell=1)


def test_illegal_moves_change_nothing(site: Any) -> None:
    game_id = new_match(site)
    play(site, game_id, [5])
    before = site.rows("games")
    assert site.refused("anna", GAME, "move", id=game_id, cell=1) == "it is not your turn"
    assert site.refused("ben", GAME, "move", id=game_id, cell=5) == "cell 5 is taken"
    for who in ("stranger", "owner"):
        assert site.refused(who, GAME, "move", id=game_id, cell=1) == "you do not play in this game"
        assert site.refused(who, GAME, "resign", id=game_id) == "you do not play in this game"
    for cell in (0, 10, -1, 1.5, "1", True, [1], {"__sql_expr": "1"}, 1e300):
        assert (
            site.refused("ben", GAME, "move", id=game_id, cell=cell) == "cell must be a whole number, 1 to 9"
        ), cell
    assert site.refused("ben", GAME, "move", id=game_id) == "cell is required"
    assert site.rows("games") == before


def test_a_game_that_nobody_joined(site: Any) -> None:
    game_id = site.ask("anna", GAME, "new")["game"]["_id"]
    assert site.refused("anna", GAME, "move", id=game_id, cell=1) == "nobody has joined yet"
    assert site.refused("anna", GAME, "resign", id=game_id) == "nobody has joined yet"
    assert site.refused("anna", GAME, "join", id=game_id) == "you cannot play against yourself"
    assert site.refused("ben", GAME, "cancel", id=game_id) == "you do not play in this game"
    assert site.ask("anna", GAME, "cancel", id=game_id) == {"status": "cancelled"}
    assert site.refused("ben", GAME, "join", id=game_id) == "game not found"


def test_a_game_that_is_full(site: Any) -> None:
    game_id = new_match(site)
    assert site.refused("stranger", GAME, "join", id=game_id) == "somebody has joined already"
    assert site.refused("anna", GAME, "cancel", id=game_id) == "somebody has joined already: resign instead"


@pytest.mark.parametrize(("who", "winner"), [("anna", "O"), ("ben", "X")])
def test_resigning(site: Any, who: str, winner: str) -> None:
    game_id = new_match(site)
    game = site.ask(who, GAME, "resign", id=game_id)["game"]
    assert (game["state"], game["winner"], game["resigned"], game["line"]) == ("won", winner, True, [])
    assert site.refused("anna", GAME, "move", id=game_id, cell=1) == "the game is over"


def test_anybody_may_watch(site: Any) -> None:
    game_id = new_match(site)
    play(site, game_id, [5])
    game = site.ask("stranger", GAME, "get", id=game_id)["game"]
    assert (game["board"], game["you"], game["my_turn"], game["can_join"]) == ("....X....", "", False, False)


def test_no_answer_tells_ids_or_emails(site: Any) -> None:
    game_id = new_match(site)
    play(site, game_id, [1, 4, 2, 5, 3])
    site.ask("anna", GAME, "new")
    told = json.dumps(
        [site.ask("stranger", GAME, action, id=game_id) for action in ("list", "get", "history", "scores")]
    )
    assert "@example.org" not in told
    assert "12D3Koo" not in told


# Races


def at_once(site: Any, game_id: int, *calls: tuple[str, str, dict[str, Any]]) -> list[Any]:
    """The results of those calls (who, action, params), all begun in the same moment."""
    together, answers = threading.Barrier(len(calls)), []

    def run(who: str, action: str, params: dict[str, Any]) -> None:
        together.wait()
        answers.append(site.call(who, GAME, action, id=game_id, **params))

    threads = [threading.Thread(target=run, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def accepted(answers: list[Any]) -> list[Any]:
    return [answer.value["game"] for answer in answers if "game" in answer.value]


def test_of_two_moves_at_once_exactly_one_is_made(site: Any) -> None:
    for _ in range(10):
        game_id = new_match(site)
        answers = at_once(site, game_id, *(("anna", "move", {"cell": cell}) for cell in (1, 5, 9)))
        assert len(accepted(answers)) == 1
        refusals = {answer.value["error"] for answer in answers if "error" in answer.value}
        assert refusals <= {"it is not your turn", "the game has moved on: look again"}
        assert stored(site, game_id)["board"].count("X") == 1
        site.ask("ben", GAME, "resign", id=game_id)


def test_of_two_who_join_at_once_exactly_one_plays(site: Any) -> None:
    for _ in range(8):
        game_id = site.ask("anna", GAME, "new")["game"]["_id"]
        answers = at_once(site, game_id, *((who, "join", {}) for who in ("ben", "stranger", "owner")))
        (game,) = accepted(answers)
        assert stored(site, game_id)["o_name"] == game["o_name"]
        site.ask("anna", GAME, "resign", id=game_id)


def test_a_move_and_a_resignation_at_once(site: Any) -> None:
    for _ in range(8):
        game_id = new_match(site)
        play(site, game_id, [1, 4, 2, 5])
        at_once(site, game_id, ("anna", "move", {"cell": 3}), ("ben", "resign", {}))
        row = stored(site, game_id)
        assert (row["state"], row["winner"]) == ("won", "X")
        assert (row["board"] == "XXXOO....") != bool(row["resigned"])


def test_the_computer_answers_one_of_two_moves(site: Any) -> None:
    for _ in range(5):
        game_id = site.ask("anna", GAME, "new", versus="computer")["game"]["_id"]
        answers = at_once(site, game_id, *(("anna", "move", {"cell": cell}) for cell in (1, 2)))
        board = stored(site, game_id)["board"]
        assert (
            1 <= len(accepted(answers)) <= 2
        )  # the second may come after the computer's answer, which is fair
        assert board.count("X") == board.count("O") == len(accepted(answers))
        site.ask("anna", GAME, "resign", id=game_id)


# The computer


@pytest.fixture
def exhaustive(site: Any) -> Callable[..., Any]:
    source = (TEMPLATE / "lua/functions/tictactoe.lua").read_text()
    site.engine.scripts.create("exhaustive", "function", source + EXHAUSTIVE)

    def run(**params: Any) -> Any:
        result = site.call("owner", "exhaustive", None, **params)
        assert result.error is None, result.error
        return result.value

    return run


@pytest.mark.parametrize("mark", ["X", "O"])
def test_the_computer_never_loses_whatever_it_and_its_opponent_choose(
    exhaustive: Callable[..., Any], mark: str
) -> None:
    found = exhaustive(mark=mark)
    assert found["lost"] == 0
    assert found["won"] > 20
    assert found["drawn"] > 10
    assert found["boards"] > 500


@pytest.mark.parametrize(
    ("board", "cells"),
    [
        ("XX.OO....", [3]),  # wins, rather than only stopping the other
        ("X.X.O....", [2]),  # stops
        ("X...O...X", [2, 4, 6, 8]),  # a corner would lose
        ("X........", [5]),
    ],
)
def test_what_the_computer_thinks_best(exhaustive: Callable[..., Any], board: str, cells: list[int]) -> None:
    assert set(exhaustive(best=board)) <= set(cells)


@pytest.mark.parametrize("mark", ["X", "O"])
def test_every_game_against_the_computer_through_the_real_calls(site: Any, mark: str) -> None:
    """Every reply of the visitor to the boards that the computer made (in nightly: to every one of them);
    the computer never loses.
    """
    computer = "O" if mark == "X" else "X"
    game = site.ask("anna", GAME, "new", versus="computer", mark=mark)["game"]
    assert game["board"].count(computer) == (1 if mark == "O" else 0)
    assert (game["you"], game["my_turn"], game["state"]) == (mark, True, "playing")
    game_id, seen, waiting, endings = game["_id"], {game["board"]}, [game["board"]], set()
    while waiting and (len(seen) < MOST_BOARDS or "drawn" not in endings):  # the computer moves by chance
        board = waiting.pop()
        for cell in (place + 1 for place in range(9) if board[place] == "."):
            set_board(site, game_id, board)
            after = site.ask("anna", GAME, "move", id=game_id, cell=cell)["game"]
            assert winner_of(after["board"]) in ("", computer)
            if after["state"] != "playing":
                endings.add(after["state"])
                site.ask("owner", GAME, "delete", id=game_id)
                game_id = site.ask("anna", GAME, "new", versus="computer", mark=mark)["game"]["_id"]
            elif after["board"] not in seen:
                seen.add(after["board"])
                waiting.append(after["board"])
    assert "drawn" in endings


def test_nobody_joins_the_computer(site: Any) -> None:
    game_id = site.ask("anna", GAME, "new", versus="computer")["game"]["_id"]
    assert site.refused("ben", GAME, "join", id=game_id) == "somebody has joined already"
    game = site.ask("anna", GAME, "resign", id=game_id)["game"]
    assert (game["winner"], game["o_name"]) == ("O", "Computer")


# Lists


def test_open_and_own_games(site: Any) -> None:
    waiting = site.ask("anna", GAME, "new")["game"]["_id"]
    match = new_match(site)
    own = site.ask("anna", GAME, "list")
    assert [game["_id"] for game in own["mine"]] == [match, waiting]
    assert waiting not in [game["_id"] for game in own["open"]]
    others = site.ask("stranger", GAME, "list")
    assert waiting in [game["_id"] for game in others["open"]]
    assert all(game["can_join"] for game in others["open"])
    assert others["mine"] == []
    assert others["you"] == {"name": "Stranger", "is_owner": False}


def test_history_in_pages(site: Any) -> None:
    for _ in range(9):
        site.ask("anna", GAME, "resign", id=new_match(site))
    first = site.ask("stranger", GAME, "history")
    assert (len(first["games"]), first["page"], first["pages"]) == (10, 1, 2)
    second = site.ask("stranger", GAME, "history", page=2)
    assert len(second["games"]) == 2
    assert site.ask("stranger", GAME, "history", page=99)["page"] == 2
    bad: list[Any] = [0, "1", [], 1.5, True]
    for page in bad:
        assert site.refused("stranger", GAME, "history", page=page) == f"page {WHOLE}"


def test_the_score_table(site: Any) -> None:
    play(site, new_match(site), [1, 4, 2, 5, 3])
    site.ask("anna", GAME, "resign", id=new_match(site))
    play(site, new_match(site), [1, 2, 3, 5, 4, 7, 6, 9, 8])
    site.ask("ben", GAME, "resign", id=new_match(site))
    site.ask("ben", GAME, "resign", id=site.ask("ben", GAME, "new", versus="computer")["game"]["_id"])
    scores = {one["name"]: one for one in site.ask("ben", GAME, "scores")["scores"]}
    assert scores["Anna"] == {"name": "Anna", "won": 2, "lost": 1, "drawn": 1, "games": 4, "you": False}
    assert scores["Ben"] == {"name": "Ben", "won": 1, "lost": 3, "drawn": 1, "games": 5, "you": True}
    assert scores["Computer"]["won"] == 2
    assert [one["name"] for one in site.ask("ben", GAME, "scores")["scores"]] == [
        "Computer",
        "Anna",
        "Ben",
        "Mara",
    ]


# Limits and hostile parameters


def test_so_many_unfinished_games(site: Any) -> None:
    for _ in range(10):
        site.ask("anna", GAME, "new")
    refused = "you have 10 unfinished games: finish one first"
    assert site.refused("anna", GAME, "new", versus="computer") == refused
    game_id = site.ask("ben", GAME, "new")["game"]["_id"]
    assert site.refused("anna", GAME, "join", id=game_id) == refused


def test_so_many_games_an_hour(site: Any) -> None:
    for _ in range(60):
        site.ask("anna", GAME, "resign", id=site.ask("anna", GAME, "new", versus="computer")["game"]["_id"])
    assert site.refused("anna", GAME, "new") == "you began 60 games within an hour: take a break"


@pytest.mark.parametrize("action", ["get", "join", "move", "resign", "cancel", "delete"])
def test_ids_that_are_none(site: Any, action: str) -> None:
    before = site.rows("games")
    for value in ("1", True, 1.5, 0, -1, 1e300, [1], {"__sql_expr": "1"}):
        assert site.refused("owner", GAME, action, id=value, cell=1) == f"id {WHOLE}", value
    assert site.refused("owner", GAME, action, cell=1) == "id is required"
    assert site.refused("owner", GAME, action, id=999_999, cell=1) == "game not found"
    assert site.rows("games") == before


def test_new_games_that_are_none(site: Any) -> None:
    before = site.rows("games")
    bad: list[Any] = ["Computer", "", 1, [], {"a": 1}, "x" * 100_000]
    for value in bad:
        assert site.refused("anna", GAME, "new", versus=value) == "versus must be visitor or computer"
        assert site.refused("anna", GAME, "new", mark=value) == "mark must be X or O"
    assert site.rows("games") == before


def test_only_the_owner_deletes(site: Any) -> None:
    game_id = new_match(site)
    for who in ("anna", "stranger"):
        assert site.refused(who, GAME, "delete", id=game_id) == NOT_OWNER
    assert site.ask("owner", GAME, "delete", id=game_id) == {"status": "deleted"}
    assert site.refused("anna", GAME, "get", id=game_id) == "game not found"


def test_actions_that_are_none(site: Any) -> None:
    assert "action parameter required" in site.refused("stranger", GAME)
    assert "unknown action: cheat" in site.refused("stranger", GAME, "cheat")
