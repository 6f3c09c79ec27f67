"""Where convolutional networks are used, and what went wrong there, in a few lines with their sources."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from model.language import N_, _
from ui.shared.menu import link_to


class Use(NamedTuple):
    """title, icon, what it does and what can go wrong, to be translated; source: as one cites it. link, label."""

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
            "Reading and naming what a picture shows. A convolutional network much like this one read the amounts on "
            "bank cheques in the 1990s; others unlock telephones and sort photos today."
        ),
        N_(
            "It works best for what it has seen most. Three commercial systems that named the gender of a face were "
            "wrong far more often for women with darker skin than for men with lighter skin: few of the pictures that "
            "such systems were made and tested with showed them. One figure for all hid it."
        ),
        "LeCun et al. 1998; Buolamwini & Gebru 2018",
        "pages/inside/network.py",
        N_("See which digits this network confuses"),
    ),
    Use(
        N_("Video"),
        "videocam",
        N_(
            "A video is many pictures. A network reads each frame, or its kernels reach through time as well: three "
            "dimensions in place of two. Cameras count cars, find a ball, sort out clips."
        ),
        N_(
            "What looks like understanding a movement may be recognising its background. In an early study of a "
            "million sports videos, networks that saw several frames were only a little better than one that saw a "
            "single frame: the pool was enough to say swimming."
        ),
        "Karpathy et al. 2014; Tran et al. 2015",
        "pages/inside/why.py",
        N_("Ask which pixels decided"),
    ),
    Use(
        N_("Driving"),
        "directions_car",
        N_(
            "Cars find lanes, signs and people in the pictures of their cameras; one network was even trained to turn "
            "the picture of the road directly into the angle of the steering wheel."
        ),
        N_(
            "A few stickers on a stop sign, placed on purpose, made a network read another sign. Changes that nobody "
            "sees can do the same to a picture. And roads hold things that no training set had."
        ),
        "Bojarski et al. 2016; Eykholt et al. 2018; Szegedy et al. 2014",
        "pages/inside/why.py",
        N_("Find the smallest change that turns your digit"),
    ),
    Use(
        N_("Medicine"),
        "stethoscope",
        N_(
            "Networks look for signs of illness in pictures of the eye, the skin or the lungs, in studies as well as "
            "specialists who saw the same pictures."
        ),
        N_(
            "Networks that looked for pneumonia in X-rays did worse on pictures from other hospitals, and could tell "
            "which hospital a picture came from: where the illness is more common at one of them, that helps to guess "
            "without looking at the lungs. Only pictures from elsewhere show it."
        ),
        "Gulshan et al. 2016; Esteva et al. 2017; Zech et al. 2018",
        "pages/train/experiments.py",
        N_("Why validation pictures matter: the experiments"),
    ),
)


def uses() -> None:
    """A tab for each."""
    warning = _("What can go wrong.")
    for tab, use in zip(st.tabs([f":material/{use.icon}: {_(use.title)}" for use in USES]), USES, strict=True):
        with tab, st.container(key=f"world_use_{use.icon}"):
            st.markdown(_(use.does))
            st.markdown(f":material/warning: **{warning}** {_(use.wrong)}")
            st.caption(use.sources)
            link_to(use.script, label=_(use.label))
