"""What takes long is left to `make soak`; the like of each is in every run.

A run of all tests has ten minutes. Here are those that take seconds each, by the beginning of their
names; where a module is named whole but for some, those are what every run keeps of it.
"""

from __future__ import annotations

import pytest
from hypothesis import is_hypothesis_test

from tests.depth import DEEP

LATER = ("de", "fr", "pt")
LONG = (
    *(
        f"test_languages.py::test_each_phrase_is_made_of_sentences_of_the_pack[{code}]"
        for code in LATER
    ),
    "test_batches.py::test_a_dying_process_loses_no_job_and_takes_none_along[99--7]",
    "test_display.py::test_a_flash_covers",
    "test_languages.py::test_hardly_a_phrase_takes_longer_than_is_guessed[en]",
    "test_languages.py::test_which_side_is_worked_is_always_said[en]",
    "test_long_runs.py::test_forty_programs_leave_memory_and_files_as_they_were[2]",
    "test_long_runs.py::test_twenty_minutes_played",
    "test_memory.py::",
    "test_music.py::test_the_mp3_is_that_sound_in_step_by_two_decoders[False]",
    "test_music_memory.py::",
    "test_output_chapters.py::test_three_readers_find_set_reps_and_tempo_in_a_session_s_chapters[.m4b]",
    "test_output_chapters.py::test_three_readers_find_set_reps_and_tempo_in_a_session_s_chapters[.o",
    "test_output_mp3_runs.py::test_a_damaged_cache_changes_nothing[emptied]",
    "test_output_mp3_runs.py::test_a_damaged_cache_changes_nothing[removed]",
    "test_output_mp3_runs.py::test_a_damaged_cache_changes_nothing[swapped]",
    "test_output_mp3_runs.py::test_it_is_as_near_to_the_sound_as_one_long_encode[in stereo]",
    "test_output_save.py::test_memory_does_not_grow_with_the_session[.ogg]",
    "test_output_split.py::test_every_kind_of_sound_can_be_split[.m4a]",
    "test_output_split.py::test_every_kind_of_sound_can_be_split[.o",
    "test_page_sound.py::test_a_tone",
    "test_page_sound.py::test_it_sounds",
    "test_phrasebook.py::test_a_damaged_entry_is_spoken_again[None]",
    "test_phrasebook.py::test_a_damaged_entry_is_spoken_again[]",
    "test_pictures.py::test_500_exercises_are_a_png_too",
    "test_play_live.py::test_a_device_lost_in_mid_set_keeps_the_place_and_resume_goes_on[kill-simple",
    "test_play_live.py::test_a_device_lost_in_mid_set_keeps_the_place_and_resume_goes_on[unplug_for_good-m",
    "test_play_live.py::test_a_device_lost_in_mid_set_keeps_the_place_and_resume_goes_on[unplug_for_good-sound",
    "test_play_memory.py::",
    "test_serve.py::test_a_browser_says",
    "test_serve.py::test_a_file_that",
    "test_stereo.py::test_a_set_leans_to_its_side_by_6_db_from_its_count_in_on[m4a",
    "test_stereo.py::test_a_set_leans_to_its_side_by_6_db_from_its_count_in_on[ogg",
)
KEPT = {
    "test_bad_disks.py": ("test_a_full_disk", "test_a_limit_of_size", "test_a_new_program"),
    "test_cache_shared.py": (
        "test_damaged_entries_change_nothing",
        "test_it_may_be_deleted_while_it_is_used",
    ),
    "test_music.py": (
        "test_every_click",
        "test_it_is_10_db_under",
        "test_check_tells",
        "test_a_loop_that_fits",
        "test_split_files",
        "test_it_fades_in_and_out",
    ),
    "test_page.py": (
        "test_it_opens_from_a_file",
        "test_it_plays_the_timeline",
        "test_a_pause",
        "test_axe_finds_nothing",
        "test_texts_of_strangers",
        "test_a_page_with_the_mp3",
        "test_it_prints_as_one_sheet[hip",
        "test_everything_that_is_needed_is_on_the_screen[320",
        "test_everything_that_is_needed_is_on_the_screen[desk",
        "test_done",
        "test_buttons_lead_from_set_to_set",
        "test_the_strip_leads",
        "test_a_rest_is_15_s_longer",
        "test_reps_go_at_another_tempo_and_rests_stay[80",
        "test_after_a_reload",
        "test_the_lock_screen",
        "test_the_screen_is_kept_on",
        "test_when_the_phone_stops",
    ),
    "test_signals.py": (
        "test_every_command_that_can_last",
        "test_ctrl_c",
        "test_a_signal_after_the_last_word",
        "test_a_signal_while_the_place",
        "test_a_terminal_that_goes_away",
        "test_a_signal_ends_it_at_once_and_nothing_is_left[export mp3",
        "test_a_signal_ends_it_at_once_and_nothing_is_left[batch in processes-INT",
    ),
    "test_stranger_traced.py": (
        "test_no_file_is_opened_elsewhere",
        "test_modules_beside_a_program_are_not_run",
        "test_programs_beside_a_program_are_not_started",
        "test_without_the_network_no_cluster_is_asked",
        "test_no_text_reaches_a_shell_or_an_option_list[arguments3",
    ),
    "test_surroundings.py": (
        "test_names_that_are_no_utf_8",
        "test_a_full_or_closed_output",
        "test_every_command_is_tried",
        "test_a_code_page",
        "test_utf_16",
        "test_windows_line_ends",
    ),
}
DEEPER = ("test_beat.py::", "test_schema.py::")  # and what hypothesis draws


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them as slow; where many cases are drawn, whatever draws cases too."""
    for item in items:
        module, _, name = item.nodeid.removeprefix("tests/").partition("::")
        left_out = module in KEPT and not name.startswith(KEPT[module])
        if left_out or f"{module}::{name}".startswith(LONG):
            item.add_marker(pytest.mark.slow)
        elif DEEP and (
            is_hypothesis_test(getattr(item, "obj", None)) or f"{module}::".startswith(DEEPER)
        ):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(1_800))
