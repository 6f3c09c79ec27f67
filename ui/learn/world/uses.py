"""Where convolutional networks are used, and what went wrong there, with sources."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from model.language import N_, _
from ui.shared.menu import link_to


class Use(NamedTuple):
    """One use. title, does, wrong, label: to be translated; what it does, and what can go wrong. sources: the studies.

    script: the page that `label` links to.
    """

    title: str
    icon: str
    does: str
    wrong: str
    sources: str
    script: str
    label: str


USES = (
    Use(
        N_("Recognition"),
        "face",
        N_(
            "Such a network reads or names what a picture shows. In the 1990s a convolutional network much like this "
            "one read the amounts on bank cheques. Today others unlock telephones and sort photos."
        ),
        N_(
            "It works best for what it has seen most. Three commercial systems that named the gender of a face were "
            "wrong far more often for women with darker skin than for men with lighter skin. The reason: such systems "
            "were made and tested with few pictures of these women. A single accuracy for all people hid the problem."
        ),
        "LeCun et al. 1998; Buolamwini & Gebru 2018",
        "pages/inside/network.py",
        N_("See which digits this network confuses"),
    ),
    Use(
        N_("Video"),
        "videocam",
        N_(
            "A video is many pictures. A network reads each frame, or its kernels cover several frames: three "
            "dimensions instead of two. Cameras count cars, follow a ball and sort clips."
        ),
        N_(
            "A network that seems to understand a movement may only recognize the background. In an early study of a "
            "million sports videos, networks that saw several frames were only a little better than a network that "
            "saw a single frame: a picture of the pool was enough to answer “swimming”."
        ),
        "Karpathy et al. 2014; Tran et al. 2015",
        "pages/inside/why.py",
        N_("Ask which pixels decided"),
    ),
    Use(
        N_("Driving"),
        "directions_car",
        N_(
            "Cars find lanes, signs and people in the pictures of their cameras. One network was even trained to "
            "compute the angle of the steering wheel directly from the picture of the road."
        ),
        N_(
            "A few stickers on a stop sign, placed on purpose, made a network read another sign. Changes too small to "
            "see can have the same effect on a picture. And there are things on the road that no training set contains."
        ),
        "Bojarski et al. 2016; Eykholt et al. 2018; Szegedy et al. 2014",
        "pages/inside/why.py",
        N_("Find the smallest change that changes the answer"),
    ),
    Use(
        N_("Medicine"),
        "stethoscope",
        N_(
            "Networks look for signs of illness in pictures of the eye, the skin or the lungs. In some studies they "
            "were as good as specialists who saw the same pictures."
        ),
        N_(
            "Networks that looked for pneumonia in X-rays were worse on pictures from other hospitals. They could "
            "recognize the hospital of a picture. If the illness is more common at one hospital, this helps to guess "
            "without looking at the lungs. Only tests with pictures from other hospitals show the problem."
        ),
        "Gulshan et al. 2016; Esteva et al. 2017; Zech et al. 2018",
        "pages/train/experiments.py",
        N_("Why validation pictures matter: the experiments"),
    ),
)


def uses() -> None:
    """A tab for each use."""
    warning = _("What can go wrong.")
    for tab, use in zip(st.tabs([f":material/{use.icon}: {_(use.title)}" for use in USES]), USES, strict=True):
        with tab, st.container(key=f"world_use_{use.icon}"):
            st.markdown(_(use.does))
            st.markdown(f":material/warning: **{warning}** {_(use.wrong)}")
            st.caption(use.sources)
            link_to(use.script, label=_(use.label))
