"""Who may change what others see: everyone, or the team's editors once sign-in is configured.

Sign-in is Streamlit's own (OpenID Connect, ``[auth]`` in ``.streamlit/secrets.toml``); the editors
stand in the watchlist. What asks for an editor is not drawn for others, and when it is clicked it
asks again.
"""

from __future__ import annotations

import streamlit as st

from monitor.config import is_among
from monitor.dashboard import texts
from monitor.dashboard.data import config
from monitor.errors import MonitorError


class NotAnEditorError(MonitorError):
    """A change by somebody who may not make it."""


def sign_in_asked() -> bool:
    """Whether this dashboard knows who somebody is."""
    return "is_logged_in" in st.user.to_dict()


def signed_in() -> str | None:
    """The address of who is signed in; None where nobody is."""
    user = st.user.to_dict()
    return str(user.get("email") or user.get("name")) if user.get("is_logged_in") else None


def who() -> str:
    """The name under which something is kept: of who is signed in, or as they gave it."""
    given = None if sign_in_asked() else st.session_state.get("my_name")
    return str(signed_in() or given or "dashboard").strip()[:80]


def is_known() -> bool:
    """Whether something may be kept for somebody alone: nobody is another by not signing in."""
    return not sign_in_asked() or signed_in() is not None


def may_edit() -> bool:
    """Whether who is here may change what others see."""
    if not sign_in_asked():
        return True
    user = st.user.to_dict()
    address = user.get("email")
    # A provider that says it has not checked an address lets anybody claim it.
    checked = str(user.get("email_verified", True)).lower() != "false"
    known = bool(user.get("is_logged_in")) and isinstance(address, str) and checked
    return known and is_among(str(address), config().team.editors)


def editor() -> str:
    """The name under which a change is kept; raises NotAnEditorError where none may be made."""
    if not may_edit():
        raise NotAnEditorError(texts.ASK_EDITOR)
    return who()


def needs_editor() -> None:
    """Say, in the place of what changes something, that it asks for an editor."""
    name = signed_in()
    with st.container(horizontal=True, vertical_alignment="center", key="needs_editor"):
        if name is None:
            st.caption(f":material/lock: {texts.ASK_SIGN_IN}", width="content")
            st.button(texts.SIGN_IN, type="tertiary", key="sign_in", on_click=st.login)
        else:
            st.caption(f":material/lock: {texts.verbatim(name)} {texts.ASK_EDITOR}")


def account() -> None:
    """Who is signed in, and the way out; nothing where nobody has to be."""
    if not sign_in_asked():
        return
    name = signed_in()
    with st.container(horizontal=True, vertical_alignment="center", key="account"):
        if name is None:
            st.button(texts.SIGN_IN, key="account_sign_in", on_click=st.login)
        else:
            st.caption(texts.signed_in(name), width="stretch")
            st.button(texts.SIGN_OUT, type="tertiary", key="sign_out", on_click=st.logout)
