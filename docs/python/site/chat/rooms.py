"""The rules of the other server, so that one address is the same room on both."""

import base64
import hashlib
import re
import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # emoji, and scripts that join letters, need them


def normal_room_name(name):
    """Returns None if no room can have that name."""
    normal = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(normal) <= 200 or "/" in normal or normal in (".", ".."):
        return None
    is_hidden = any(
        unicodedata.category(character) in HIDDEN
        for character in normal
        if character not in JOINERS
    )
    return None if is_hidden else normal


# region group-name
def group_name_for(room):
    """Groups have stricter names than rooms."""
    if re.fullmatch(r"[A-Za-z0-9_.-]{1,94}", room):
        return f"chat_{room}"
    digest = hashlib.sha256(room.encode()).digest()
    return "chat." + base64.urlsafe_b64encode(digest).decode().rstrip("=")
# endregion group-name
